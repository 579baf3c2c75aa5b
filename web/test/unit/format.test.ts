// SPDX-License-Identifier: MIT
import {describe, expect, test} from 'vitest';

import {age, digits, direction, duration, none, quantity, sentence, watts, words} from '../../src/model/format';

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

describe('numbers', () => {
    test.each([
        [53.12, 2, '53.12'], [3.3, 3, '3.300'], [-18, 2, '−18.00'], [0, 1, '0.0'], [-0.001, 1, '0.0'], [-0.06, 1, '−0.1'],
        [9999, 0, '9999'], [19200, 0, '19 200'], [1234567.5, 1, '1 234 567.5'],
    ])('%d with %d digits is %s', (value, decimals, text) => {
        expect(plain(digits(value, decimals))).toBe(text);
    });

    test.each([null, undefined, NaN, Infinity])('%s is no number', (value) => {
        expect(digits(value, 2)).toBe(none);
        expect(quantity(value, {unit: 'V', decimals: 2})).toBe(none);
    });

    test('units and digits are those of the catalogue', () => {
        expect(plain(quantity(3.3, {unit: 'V', decimals: 3}))).toBe('3.300 V');
        expect(quantity(30, {unit: '', decimals: 0})).toBe('30');
        expect(plain(quantity(52080, {unit: 's', decimals: 0}))).toBe('14 h 28 min');
        expect(plain(quantity(90, {unit: 'min', decimals: 0}))).toBe('1 h 30 min');
    });

    test('power is kilowatts where watts would be long', () => {
        expect(watts(-1023.4)).toEqual({number: '1023', unit: 'W'});
        expect(watts(12345)).toEqual({number: '12.3', unit: 'kW'});
        expect(watts(null).number).toBe(none);
    });
});

describe('ages', () => {
    test.each([
        [-3, 'now'], [0, 'now'], [1.9, 'now'], [2, '2 s ago'], [12.9, '12 s ago'], [59.9, '59 s ago'], [60, '1 min ago'], [3599, '59 min ago'],
        [3600, '1 h ago'], [86399, '23 h ago'], [200000, '2 d ago'],
    ])('%d s is %s: never younger than it is by more than its last part', (seconds, text) => {
        expect(plain(age(seconds))).toBe(text);
    });

    test.each([[0, '0 s'], [61, '1 min 1 s'], [3600, '1 h'], [90061, '1 d 1 h'], [-5, '0 s']])('%d s lasts %s', (seconds, text) => {
        expect(plain(duration(seconds))).toBe(text);
    });
});

describe('words', () => {
    test('names of flags', () => {
        expect(words('charge_mosfet_on')).toBe('charge MOSFET on');
        expect(sentence('cell_imbalance')).toBe('Cell imbalance');
    });

    test.each([[5, 'charging'], [-5, 'discharging'], [0, 'idle'], [0.04, 'idle'], [-0.05, 'discharging'], [null, null]])(
        '%s A is %s', (current, way) => {
            expect(direction(current)).toBe(way);
        });
});
