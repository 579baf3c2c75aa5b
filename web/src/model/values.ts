// SPDX-License-Identifier: MIT
/** Reading a document's values without trusting their shape. */
import type {Cells} from './cells';
import type {Flags, PackLine, Values} from './types';

export function number(values: Values, name: string): number | null {
    const value = values[name];
    return typeof value === 'number' ? value : null;
}

export function text(values: Values, name: string): string {
    const value = values[name];
    return typeof value === 'string' ? value : '';
}

export function list(values: Values, name: string): Cells {
    const value = values[name];
    if (Array.isArray(value)) return value;
    return typeof value === 'number' ? [value] : [];
}

export function bits(values: Values, name: string): Flags | null {
    const value = values[name];
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : null;
}

/** The cells of a mask, counted from 0. A bank says it as a list of 0 and 1. */
export function masked(values: Values, name: string): Set<number> {
    const value = values[name];
    if (Array.isArray(value)) return new Set(value.flatMap((one, i) => (one ? [i] : [])));
    return new Set((bits(values, name)?.cells ?? []).map((cell) => cell - 1));
}

/** Values are shown while they may be true, and greyed while they are only old; never of a pack that is lost. */
export function shown(pack: PackLine): boolean {
    return pack.freshness === 'fresh' || pack.freshness === 'stale';
}
