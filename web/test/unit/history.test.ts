// SPDX-License-Identifier: MIT
import {describe, expect, test} from 'vitest';

import {choiceOf, queryOf, windowOf} from '../../src/model/choice';
import {extent, gapOf, historyPath, isolatedOf, panned, summaryOf, tableOf, zoomed} from '../../src/model/history';
import type {Series} from '../../src/model/types';

const series = (points: number[][], span = 60, device = 'bank'): Series => ({device, index: 0, resolution: 'minute', span, points});
const at = (time: number, value = 1) => [time, value - 1, value, value + 1, value];

describe('a table of series', () => {
    test('a gap is a gap: a time without a value lies between', () => {
        const {times, columns} = tableOf({series: [series([at(0), at(60), at(600), at(660)])]});
        expect(times).toEqual([30, 90, 360, 630, 690]);
        expect(columns[0]).toEqual([1, 1, null, 1, 1]);
        expect(columns.length).toBe(3);
    });

    test('neighbours are not torn apart', () => {
        expect(tableOf({series: [series([at(0), at(60), at(120)])]}).columns[0]).toEqual([1, 1, 1]);
    });

    test('in a gap of one series every time of the others is empty, else its line would go on', () => {
        const a = series([at(0), at(240)], 60, 'a');
        const b = series([at(0), at(60), at(120), at(180), at(240)], 60, 'b');
        const {columns, shapes} = tableOf({series: [a, b]}, 0);
        expect(shapes).toEqual([{column: 0, band: false}, {column: 1, band: false}]);
        expect(columns[0]!.filter((value) => value === null).length).toBe(columns[0]!.length - 2);
        expect(columns[1]!.includes(null)).toBe(false);
    });

    test('where only others have a point, a line without a gap goes on', () => {
        const {columns} = tableOf({series: [series([[0, 5], [2, 5], [4, 5]], 0, 'a'), series([[1, 7], [3, 7]], 0, 'b')]});
        expect(columns[0]![1]).toBeUndefined();
        expect(columns[0]!.includes(null)).toBe(false);
    });

    test('raw samples have no band, many series neither', () => {
        expect(tableOf({series: [series([[0, 1], [1, 2]], 0)]}).shapes[0]!.band).toBe(false);
        const many = Array.from({length: 5}, () => series([at(0)]));
        expect(tableOf({series: many}).columns.length).toBe(5);
        expect(tableOf({series: many.slice(1)}).columns.length).toBe(12);
    });

    test('of raw samples a gap is what is far longer than usual', () => {
        expect(gapOf(series([[0, 1], [10, 1], [20, 1], [90, 1]], 0))).toBe(40);
        expect(gapOf(series([[0, 1], [1, 1], [2, 1]], 0))).toBe(15);
        expect(gapOf(series([], 0))).toBe(15);
    });
});

test('a point with nothing on either side is found, for it has no line', () => {
    expect(isolatedOf([1])).toEqual([0]);
    expect(isolatedOf([1, null, 2, null])).toEqual([0, 2]);
    expect(isolatedOf([1, undefined, 2, null, undefined, 3])).toEqual([5]);
    expect(isolatedOf([null, undefined])).toEqual([]);
});

test('a summary takes the lowest of the lowest', () => {
    expect(summaryOf(series([at(0, 5), at(60, 9)]))).toEqual({min: 4, mean: 7, max: 10, last: 9});
    expect(summaryOf(series([[0, 2], [1, 4]], 0))).toEqual({min: 2, mean: 3, max: 4, last: 4});
    expect(summaryOf(series([]))).toBeNull();
});

test('the extent is of all series', () => {
    expect(extent({series: [series([at(60)]), series([at(0), at(600)]), series([])]})).toEqual({from: 0, to: 660});
    expect(extent({series: [series([])]})).toBeNull();
});

describe('moving about', () => {
    const now = 1_800_000_000;
    test('never beyond now', () => {
        expect(zoomed({from: now - 100, to: now}, 2, now)).toEqual({from: now - 200, to: now});
        expect(panned({from: now - 100, to: now}, 0.5, now)).toEqual({from: now - 100, to: now});
    });
    test('zoom keeps the middle, pan the width', () => {
        expect(zoomed({from: now - 4000, to: now - 2000}, 0.5, now)).toEqual({from: now - 3500, to: now - 2500});
        expect(panned({from: now - 1000, to: now}, -0.5, now)).toEqual({from: now - 1500, to: now - 500});
    });
});

test('what is asked for', () => {
    const path = historyPath({devices: ['bank', 'A&B'], metric: 'cell_voltage', index: 0, from: 10.4, to: 20.2, points: 800.5});
    expect(path).toBe('api/v1/history?device=bank&device=A%26B&metric=cell_voltage&index=0&from=10&to=21&points=801');
    expect(historyPath({devices: [], metric: 'm', from: 0, to: 1, points: 3})).toContain('points=50');
    expect(historyPath({devices: [], metric: 'm', from: 0, to: 1, points: 3})).not.toContain('index');
});

describe('the address of a chart', () => {
    test('goes both ways', () => {
        for (const address of ['metric=pack_power&device=a&device=b&span=1w', 'metric=cell_voltage&device=a&index=3&from=100&to=200']) {
            const choice = choiceOf(new URLSearchParams(address));
            const query = new URLSearchParams();
            for (const [key, value] of Object.entries(queryOf(choice))) {
                for (const one of Array.isArray(value) ? value : [value]) query.append(key, one);
            }
            expect(query.toString()).toBe(address);
        }
    });
    test('nonsense is the default', () => {
        const choice = choiceOf(new URLSearchParams('span=never&index=-1&from=5&to=4&device='));
        expect(choice).toEqual({metric: 'state_of_charge', devices: [], index: null, span: '1d', window: null});
        expect(windowOf(choice, 1_800_000_000)).toEqual({from: 1_800_000_000 - 86400, to: 1_800_000_000});
    });
});
