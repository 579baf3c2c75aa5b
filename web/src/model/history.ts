// SPDX-License-Identifier: MIT
/** History as a chart wants it: what to ask for, one table of all series, gaps that stay gaps. */
import type {HistoryDoc, Series} from './types';

export interface Span {
    name: string;
    label: string;
    /** Seconds; 0: all there is. */
    seconds: number;
}

export const spans: Span[] = [
    {name: '1h', label: '1 h', seconds: 3600},
    {name: '6h', label: '6 h', seconds: 6 * 3600},
    {name: '1d', label: 'Day', seconds: 86400},
    {name: '1w', label: 'Week', seconds: 7 * 86400},
    {name: '1m', label: 'Month', seconds: 30 * 86400},
    {name: '1y', label: 'Year', seconds: 365 * 86400},
    {name: 'all', label: 'All', seconds: 0},
];

export interface Window {
    from: number;
    to: number;
}

/** Nothing is older than packwire. */
export const beginning = Date.UTC(2024, 0, 1) / 1000;

export interface Question extends Window {
    devices: string[];
    metric: string;
    /** Absent: every value of a quantity that repeats. */
    index?: number | undefined;
    points: number;
}

export function historyPath(question: Question): string {
    const query = new URLSearchParams();
    for (const device of question.devices) query.append('device', device);
    query.set('metric', question.metric);
    if (question.index !== undefined) query.set('index', String(question.index));
    query.set('from', question.from.toFixed(0));
    query.set('to', Math.ceil(question.to).toFixed(0));
    query.set('points', String(Math.max(50, Math.round(question.points))));
    return `api/v1/history?${query}`;
}

/** A chart's columns: times, then for each series its mean and, where `band`, its min and max. */
export interface Table {
    times: number[];
    columns: (number | null)[][];
    /** Of each series of the document: which column is its mean, and whether min and max follow it. */
    shapes: {column: number; band: boolean}[];
}

/** The distance from which on two points are not neighbours. */
export function gapOf(series: Pick<Series, 'span' | 'points'>): number {
    if (series.span > 0) return series.span * 1.75;
    const times = series.points.map((point) => point[0]!);
    const steps = times.slice(1).map((time, i) => time - times[i]!).sort((a, b) => a - b);
    const usual = steps[steps.length >> 1] ?? 1;
    return Math.max(15, usual * 4);
}

interface Rows {
    at: number[];
    mean: number[];
    min: number[];
    max: number[];
    /** From a reading to the next one, where there should have been some between them. */
    gaps: Window[];
}

/** The points of one series, each in the middle of its span. */
function rowsOf(series: Series): Rows {
    const rows: Rows = {at: [], mean: [], min: [], max: [], gaps: []};
    const gap = gapOf(series);
    let before = -Infinity;
    for (const point of series.points) {
        const time = point[0]! + series.span / 2;
        if (before > -Infinity && time - before > gap) rows.gaps.push({from: before, to: time});
        const raw = point.length < 5;
        rows.at.push(time);
        rows.min.push(point[1]!);
        rows.mean.push(raw ? point[1]! : point[2]!);
        rows.max.push(raw ? point[1]! : point[3]!);
        before = time;
    }
    return rows;
}

/** Times at which anybody has a point, and one within each gap, which would have none if all were silent. */
function timesOf(all: Rows[]): number[] {
    const times = all.flatMap((rows) => [...rows.at, ...rows.gaps.map(({from, to}) => (from + to) / 2)]);
    return [...new Set(times)].sort((a, b) => a - b);
}

/**
 * A column of one series: null in its gaps, where the line breaks; absent where only other series have a point, where the
 * line goes on.
 */
function columnOf(rows: Rows, values: number[], times: number[], place: Map<number, number>): (number | null)[] {
    const column = new Array<number | null>(times.length);
    for (const {from, to} of rows.gaps) {
        for (let i = place.get(from)! + 1; times[i]! < to; ++i) column[i] = null;
    }
    rows.at.forEach((time, i) => {
        column[place.get(time)!] = values[i]!;
    });
    return column;
}

/** Series of different times in one table. A band needs three columns; of many series only the mean is worth its ink. */
export function tableOf(doc: Pick<HistoryDoc, 'series'>, bandsUpTo = 4): Table {
    const all = doc.series.map(rowsOf);
    const times = timesOf(all);
    const place = new Map(times.map((time, i) => [time, i]));
    const table: Table = {times, columns: [], shapes: []};
    all.forEach((rows, s) => {
        const band = doc.series.length <= bandsUpTo && doc.series[s]!.span > 0;
        table.shapes.push({column: table.columns.length, band});
        for (const values of band ? [rows.mean, rows.min, rows.max] : [rows.mean]) {
            table.columns.push(columnOf(rows, values, times, place));
        }
    });
    return table;
}

/** Points with nothing on either side: no line goes through them, so they are drawn as dots. */
export function isolatedOf(column: (number | null | undefined)[]): number[] {
    const known = column.flatMap((value, i) => (value === undefined ? [] : [i]));
    const alone = (k: number) => k < 0 || k >= known.length || column[known[k]!] === null;
    return known.filter((i, k) => column[i] !== null && alone(k - 1) && alone(k + 1));
}

export interface Summary {
    min: number;
    mean: number;
    max: number;
    last: number;
}

/** What a series held as a whole; null where it held nothing. Each point counts the same: each has the same span. */
export function summaryOf(series: Series): Summary | null {
    if (series.points.length === 0) return null;
    let min = Infinity;
    let max = -Infinity;
    let sum = 0;
    for (const point of series.points) {
        const raw = point.length < 5;
        min = Math.min(min, point[1]!);
        max = Math.max(max, raw ? point[1]! : point[3]!);
        sum += raw ? point[1]! : point[2]!;
    }
    const newest = series.points[series.points.length - 1]!;
    return {min, mean: sum / series.points.length, max, last: newest[newest.length - 1]!};
}

/** Where the data begins and ends; null without any. */
export function extent(doc: Pick<HistoryDoc, 'series'>): Window | null {
    const filled = doc.series.filter((series) => series.points.length > 0);
    if (filled.length === 0) return null;
    return {
        from: Math.min(...filled.map((series) => series.points[0]![0]!)),
        to: Math.max(...filled.map((series) => series.points[series.points.length - 1]![0]! + series.span)),
    };
}

/** Zoomed by `factor` around its middle, never beyond now. */
export function zoomed(window: Window, factor: number, now: number): Window {
    const width = Math.max(30, (window.to - window.from) * factor);
    const middle = (window.from + window.to) / 2;
    const to = Math.min(now, middle + width / 2);
    return {from: Math.max(beginning, to - width), to};
}

/** Moved by `part` of its width, never beyond now. */
export function panned(window: Window, part: number, now: number): Window {
    const width = window.to - window.from;
    const to = Math.min(now, window.to + part * width);
    return {from: to - width, to};
}
