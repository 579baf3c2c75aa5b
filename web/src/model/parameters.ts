// SPDX-License-Identifier: MIT
/** Settings of several packs side by side. */
import type {Metric, PackLine} from './types';
import {number} from './values';

export interface Row {
    metric: Metric;
    /** Of each pack, null where it does not say. */
    values: (number | null)[];
    differs: boolean;
    /** Of each pack: is it another than what most packs have? Where no value is the most frequent: than the first pack's. */
    marked: boolean[];
}

/** A row for each setting that any of the packs has. A pack that does not say is no difference: nobody knows what it has. */
export function rowsOf(settings: Metric[], packs: PackLine[]): Row[] {
    return settings.flatMap((metric) => {
        const values = packs.map((pack) => number(pack.values, metric.name));
        const known = values.filter((value): value is number => value !== null);
        if (known.length === 0) return [];
        const usual = mostFrequent(known);
        const differs = known.some((value) => value !== usual);
        return [{metric, values, differs, marked: values.map((value) => value !== null && value !== usual)}];
    });
}

/** Of equally frequent ones the first. */
export function mostFrequent(values: number[]): number | undefined {
    const counts = new Map<number, number>();
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
    const most = Math.max(...counts.values());
    return values.find((value) => counts.get(value) === most);
}
