// SPDX-License-Identifier: MIT
/** Numbers, ages and times for people. */
import type {Metric} from './types';

export const none = '–';
/** U+2212: as wide as a digit where digits are tabular. */
const minus = '−';

/** With the digits of the catalogue; `none` for what is not there. Never "-0.0". */
export function digits(value: number | null | undefined, decimals: number): string {
    if (value === null || value === undefined || !Number.isFinite(value)) return none;
    const text = Math.abs(value).toFixed(decimals);
    const grouped = text.replace(/^\d{5,}/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, '\u202f'));
    return value < 0 && /[1-9]/.test(text) ? minus + grouped : grouped;
}

/** "53.12 V"; a duration where the unit is s or min. */
export function quantity(value: number | null | undefined, metric: Pick<Metric, 'unit' | 'decimals'>): string {
    if (value === null || value === undefined || !Number.isFinite(value)) return none;
    if (metric.unit === 's') return duration(value);
    if (metric.unit === 'min') return duration(value * 60);
    const text = digits(value, metric.decimals);
    return metric.unit === '' ? text : `${text}\u00a0${metric.unit}`;
}

const parts: [number, string][] = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];

/** The two largest parts: "3 d 4 h", "12 s". */
export function duration(seconds: number): string {
    const whole = Math.max(0, Math.round(seconds));
    const first = parts.findIndex(([size]) => whole >= size);
    if (first < 0) return '0\u00a0s';
    const [size, unit] = parts[first]!;
    const head = `${Math.floor(whole / size)}\u00a0${unit}`;
    const next = parts[first + 1];
    const rest = next ? Math.floor((whole % size) / next[0]) : 0;
    return next && rest > 0 ? `${head} ${rest}\u00a0${next[1]}` : head;
}

/** How long ago, in one part: a person reads it at a glance. Under two seconds is "now". */
export function age(seconds: number): string {
    if (seconds < 2) return 'now';
    const [size, unit] = parts.find(([part]) => seconds >= part) ?? parts[3]!;
    return `${Math.floor(seconds / size)}\u00a0${unit} ago`;
}

/** The browser's own way to write a time; with the date where it is not today. */
export function clock(at: Date, now: Date): string {
    const today = at.toDateString() === now.toDateString();
    return today
        ? at.toLocaleTimeString(undefined, {hour: '2-digit', minute: '2-digit', second: '2-digit'})
        : at.toLocaleString(undefined, {month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit'});
}

/** "charge_mosfet_on" to "charge MOSFET on". */
export function words(name: string): string {
    return name.replace(/[_.]/g, ' ').replace(/\b(mosfet|soc|fet|spi|eeprom|afe|bms|io)\b/g, (word) => word.toUpperCase());
}

export function sentence(name: string): string {
    const text = words(name);
    return text.charAt(0).toUpperCase() + text.slice(1);
}

export type Direction = 'charging' | 'discharging' | 'idle';

/** Under 0.05 A nothing flows that a pack could measure: its resolution is 0.01 A, its noise more. */
export function direction(current: number | null | undefined): Direction | null {
    if (current === null || current === undefined) return null;
    if (Math.abs(current) < 0.05) return 'idle';
    return current > 0 ? 'charging' : 'discharging';
}

/** 1053 W is "1.05 kW" where space is short. */
export function watts(value: number | null | undefined): {number: string; unit: string} {
    if (value === null || value === undefined) return {number: none, unit: 'W'};
    const size = Math.abs(value);
    return size >= 10000 ? {number: digits(size / 1000, 1), unit: 'kW'} : {number: digits(size, 0), unit: 'W'};
}
