// SPDX-License-Identifier: MIT
/** What the history view shows, as its address says it. */
import {beginning, spans, type Window} from './history';

export interface Choice {
    metric: string;
    devices: string[];
    /** From 0; null: all values of a quantity that repeats. */
    index: number | null;
    /** Name of a span that ends now; empty with a window of its own. */
    span: string;
    window: Window | null;
}

export function choiceOf(query: URLSearchParams): Choice {
    const from = Number(query.get('from') ?? NaN);
    const to = Number(query.get('to') ?? NaN);
    const own = Number.isFinite(from) && Number.isFinite(to) && to > from;
    const index = query.get('index');
    return {
        metric: query.get('metric') || 'state_of_charge',
        devices: query.getAll('device').filter((device) => device !== ''),
        index: index !== null && /^\d+$/.test(index) ? Number(index) : null,
        span: own ? '' : spans.some((span) => span.name === query.get('span')) ? query.get('span')! : '1d',
        window: own ? {from, to} : null,
    };
}

export function queryOf(choice: Choice): Record<string, string | string[]> {
    return {
        metric: choice.metric,
        device: choice.devices,
        ...(choice.index === null ? {} : {index: String(choice.index)}),
        ...(choice.window
            ? {from: choice.window.from.toFixed(0), to: choice.window.to.toFixed(0)}
            : {span: choice.span}),
    };
}

export function windowOf(choice: Choice, now: number): Window {
    if (choice.window) return choice.window;
    const seconds = spans.find((span) => span.name === choice.span)?.seconds ?? 86400;
    return {from: seconds === 0 ? beginning : now - seconds, to: now};
}
