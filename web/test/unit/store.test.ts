// SPDX-License-Identifier: MIT
import {describe, expect, test} from 'vitest';

import {pauseBefore} from '../../src/live/socket';
import {Store} from '../../src/live/store';
import {rowsOf} from '../../src/model/parameters';
import type {BankLine, Freshness, Metric, PackLine} from '../../src/model/types';
import {hrefOf, parseRoute} from '../../src/route';

const pack = (id: string, freshness: Freshness, values = {}): PackLine => ({
    time: '2026-01-01T00:00:00.000Z', id, bus: '/dev/ttyUSB0', address: 1, freshness, last_good: null, values, alarms: {},
});
const bank = (ids: string[]): BankLine => ({
    time: '2026-01-01T00:00:00.000Z', bank: 'home', freshness: 'fresh', values: {}, alarms: {},
    members: ids.map((id) => ({id, freshness: 'fresh' as const})),
});

function storeWithFrames() {
    const frames: (() => void)[] = [];
    return {store: new Store((frame) => void frames.push(frame)), frames};
}

describe('the store', () => {
    test('tells its listeners once a frame, however many messages came', () => {
        const {store, frames} = storeWithFrames();
        let told = 0;
        store.subscribe('pack:A', () => ++told);
        for (let i = 0; i < 50; ++i) store.take({type: 'pack', ...pack('A', 'fresh', {state_of_charge: i})});
        expect([frames.length, told]).toEqual([1, 0]);
        frames[0]!();
        expect(told).toBe(1);
        expect(store.packs.get('A')!.values['state_of_charge']).toBe(49);
        store.take({type: 'pack', ...pack('B', 'fresh')});
        frames[1]!();
        expect(told).toBe(1);
    });

    test('a stale pack keeps what it said last, a lost one nothing', () => {
        const {store} = storeWithFrames();
        store.takePack(pack('A', 'fresh', {state_of_charge: 67, nominal_capacity: 100}));
        store.takePack(pack('A', 'stale', {nominal_capacity: 100}));
        expect(store.packs.get('A')!.values['state_of_charge']).toBe(67);
        store.takePack(pack('A', 'stale', {nominal_capacity: 100}));
        expect(store.packs.get('A')!.values['state_of_charge']).toBe(67);
        store.takePack(pack('A', 'lost', {nominal_capacity: 100}));
        expect(store.packs.get('A')!.values).toEqual({nominal_capacity: 100});
        store.takePack(pack('A', 'stale', {}));
        expect(store.packs.get('A')!.values['state_of_charge']).toBeUndefined();
    });

    test('packs stand and are named as the bank counts them', () => {
        const {store} = storeWithFrames();
        for (const id of ['C', 'A', 'B', 'D']) store.takePack(pack(id, 'fresh'));
        expect([store.order(), store.nickname('A')]).toEqual([['A', 'B', 'C', 'D'], '']);
        store.takeBank(bank(['C', 'A']));
        expect(store.order()).toEqual(['C', 'A', 'B', 'D']);
        expect(['C', 'A', 'B'].map((id) => store.nickname(id))).toEqual(['P1', 'P2', '']);
        store.takeBank(bank(['A']));
        expect(store.nickname('A')).toBe('');
    });

    test('ages go by the daemon\'s clock', () => {
        const {store} = storeWithFrames();
        store.take({type: 'time', time: '2030-01-01T00:00:00.000Z'});
        expect(Math.abs(store.now() - Date.UTC(2030, 0, 1))).toBeLessThan(1000);
    });
});

test('pauses grow, but not for ever, and no two pages have the same', () => {
    expect([0, 1, 2, 3].map((attempt) => pauseBefore(attempt, 0.5))).toEqual([500, 1000, 2000, 4000]);
    expect(pauseBefore(30, 1)).toBe(18750);
    expect(pauseBefore(2, 0)).toBe(1500);
});

test('parameters: the one that is another is marked, one that is not known is not', () => {
    const metric = (name: string): Metric => ({name, label: name, unit: 'V', decimals: 3, kind: 'setting', scope: 'pack', repeats: false});
    const packs = [{a: 3.65, b: 1}, {a: 3.6, b: 1}, {a: 3.65}].map((values, i) => pack(String(i), 'fresh', values));
    const rows = rowsOf([metric('a'), metric('b'), metric('c')], packs);
    expect(rows.map(({metric: {name}, differs, marked}) => [name, differs, marked])).toEqual([
        ['a', true, [false, true, false]], ['b', false, [false, false, false]],
    ]);
    expect(rows[1]!.values).toEqual([1, 1, null]);
});

test('routes go both ways', () => {
    expect(parseRoute('')).toMatchObject({view: 'overview', id: ''});
    expect(parseRoute(hrefOf('pack', 'a/b ?c'))).toMatchObject({view: 'pack', id: 'a/b ?c'});
    expect(parseRoute('#/pack/%E0%A4%A')).toMatchObject({view: 'pack'});
    expect(parseRoute(hrefOf('history', '', {device: ['a', 'b']})).query.getAll('device')).toEqual(['a', 'b']);
});
