// SPDX-License-Identifier: MIT
/** Cells of a pack beside each other: a scale that shows differences, and which cell is odd. */

export interface Scale {
    low: number;
    high: number;
    step: number;
}

export type Cells = (number | null)[];

export function present(values: Cells): number[] {
    return values.filter((value): value is number => value !== null && Number.isFinite(value));
}

/**
 * The range of interest: all values with some air, at least `least` wide so that noise of a millivolt does not look
 * like trouble, and on round numbers so that it does not move with each reading.
 */
export function scaleOf(values: Cells, least = 0.04): Scale | null {
    const known = present(values);
    if (known.length === 0) return null;
    const min = Math.min(...known);
    const max = Math.max(...known);
    const width = Math.max(max - min, least);
    const step = roundStep(width / 4);
    const air = step / 2;
    const middle = (min + max) / 2;
    const low = Math.floor((Math.min(min, middle - least / 2) - air) / step) * step;
    const high = Math.ceil((Math.max(max, middle + least / 2) + air) / step) * step;
    return {low: tidy(low), high: tidy(high), step};
}

/**
 * The scale from before, while it still fits: bars that jump because one cell moved by a millivolt say something that is not
 * so. It fits while all values lie within it and it is not much wider than it had to be.
 */
export function steadyScale(before: Scale | null, values: Cells): Scale | null {
    const now = scaleOf(values);
    if (!before || !now) return now;
    const known = present(values);
    const holds = Math.min(...known) > before.low && Math.max(...known) < before.high;
    const wide = before.high - before.low > 1.6 * (now.high - now.low);
    return holds && !wide ? before : now;
}

/** 1, 2 or 5 times a power of ten, not below `width`. */
export function roundStep(width: number): number {
    const power = 10 ** Math.floor(Math.log10(width));
    for (const factor of [1, 2, 5, 10]) {
        if (factor * power >= width * 0.999999) return tidy(factor * power);
    }
    return tidy(10 * power);
}

function tidy(value: number): number {
    return Number(value.toPrecision(12));
}

export function ticks(scale: Scale): number[] {
    const count = Math.round((scale.high - scale.low) / scale.step);
    return Array.from({length: count + 1}, (_, i) => tidy(scale.low + i * scale.step));
}

/** Where a value stands, 0 to 1. */
export function level(scale: Scale, value: number): number {
    return Math.min(1, Math.max(0, (value - scale.low) / (scale.high - scale.low)));
}

export function median(values: number[]): number {
    const sorted = [...values].sort((a, b) => a - b);
    const half = sorted.length >> 1;
    return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/**
 * Which cells are out of line: further from the median than 20 mV and than five times the usual distance (the median of
 * distances), so that neither a quiet pack's last millivolt nor a pack whose cells all scatter at the end of a charge counts.
 */
export function oddCells(values: Cells): Set<number> {
    const known = present(values);
    const odd = new Set<number>();
    if (known.length < 4) return odd;
    const middle = median(known);
    const usual = median(known.map((value) => Math.abs(value - middle)));
    const limit = Math.max(0.02, 5 * usual);
    values.forEach((value, i) => {
        if (value !== null && Math.abs(value - middle) >= limit - 1e-9) odd.add(i);
    });
    return odd;
}

export interface Extremes {
    min: number;
    max: number;
    minAt: number;
    maxAt: number;
}

/** Null where nothing is known. Of equal cells the first. */
export function extremes(values: Cells): Extremes | null {
    let found: Extremes | null = null;
    values.forEach((value, i) => {
        if (value === null || !Number.isFinite(value)) return;
        if (!found) {
            found = {min: value, max: value, minAt: i, maxAt: i};
            return;
        }
        if (value < found.min) Object.assign(found, {min: value, minAt: i});
        if (value > found.max) Object.assign(found, {max: value, maxAt: i});
    });
    return found;
}
