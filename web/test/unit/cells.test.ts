// SPDX-License-Identifier: MIT
import {describe, expect, test} from 'vitest';

import {extremes, level, median, oddCells, roundStep, scaleOf, steadyScale, ticks} from '../../src/model/cells';
import {masked} from '../../src/model/values';

const quiet = [3.325, 3.326, 3.325, 3.324, 3.324, 3.325, 3.325, 3.326];

describe('the scale', () => {
    test('holds every value with air on both sides, on round numbers', () => {
        for (const values of [quiet, [3.2, ...quiet], [2.5, 3.65], [3.3], [0, 3.3]]) {
            const scale = scaleOf(values)!;
            expect(scale.low).toBeLessThan(Math.min(...values));
            expect(scale.high).toBeGreaterThan(Math.max(...values));
            expect(Math.abs(scale.low / scale.step - Math.round(scale.low / scale.step))).toBeLessThan(1e-6);
        }
    });

    test('does not make a millivolt look like trouble', () => {
        const scale = scaleOf(quiet)!;
        expect(scale.high - scale.low).toBeGreaterThanOrEqual(0.04);
        expect(level(scale, 3.326) - level(scale, 3.324)).toBeLessThan(0.06);
    });

    test('stays where it is while values move within it, and follows when they leave it or leave it empty', () => {
        const first = steadyScale(null, quiet)!;
        expect(first).toEqual(scaleOf(quiet));
        for (const by of [0.001, 0.004, -0.006]) expect(steadyScale(first, quiet.map((value) => value + by))).toBe(first);
        const wide = steadyScale(first, [2.6, ...quiet])!;
        expect(wide).toEqual(scaleOf([2.6, ...quiet]));
        expect(steadyScale(wide, quiet)).toEqual(first);
        expect(steadyScale(first, [null])).toBeNull();
    });

    test('knows nothing of nothing', () => {
        expect(scaleOf([])).toBeNull();
        expect(scaleOf([null, null])).toBeNull();
        expect(steadyScale(null, [null])).toBeNull();
    });

    test('ticks go from end to end', () => {
        const scale = {low: 3.2, high: 3.4, step: 0.05};
        expect(ticks(scale)).toEqual([3.2, 3.25, 3.3, 3.35, 3.4]);
        expect([level(scale, 3.2), level(scale, 3.4), level(scale, 9), level(scale, 0)]).toEqual([0, 1, 1, 0]);
    });

    test.each([[0.013, 0.02], [0.02, 0.02], [0.021, 0.05], [0.6, 1], [1, 1]])('a step of at least %d is %d', (width, step) => {
        expect(roundStep(width)).toBeCloseTo(step, 9);
    });
});

describe('odd cells', () => {
    test('one that is 125 mV low', () => {
        expect([...oddCells([3.325, 3.326, 3.2, 3.326, 3.325])]).toEqual([2]);
    });
    test('not the last millivolts of a quiet pack', () => {
        expect(oddCells([...quiet, 3.335]).size).toBe(0);
    });
    test('not where all scatter, as at the end of a charge', () => {
        expect(oddCells([3.42, 3.45, 3.48, 3.5, 3.53, 3.56, 3.4, 3.58]).size).toBe(0);
    });
    test('not among fewer than four, where nobody can say which is odd', () => {
        expect(oddCells([3.2, 3.4, 3.4]).size).toBe(0);
    });
    test('a cell that is not known is not odd', () => {
        expect(oddCells([null, ...quiet]).size).toBe(0);
    });
});

test('extremes skip what is not known', () => {
    expect(extremes([null, 3.3, 3.1, 3.4, 3.4])).toEqual({min: 3.1, minAt: 2, max: 3.4, maxAt: 3});
    expect(extremes([null])).toBeNull();
});

test('the median of an even number lies between the middle two', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([3, 1, 2])).toBe(2);
});

test('masks count cells from 1, a bank lists them', () => {
    expect([...masked({m: {raw: 5, cells: [1, 3]}}, 'm')]).toEqual([0, 2]);
    expect([...masked({m: [0, 1, 0, 1]}, 'm')]).toEqual([1, 3]);
    expect(masked({}, 'm').size).toBe(0);
});
