// SPDX-License-Identifier: MIT
/** Any quantity over any time. Each zoom asks the daemon again: what comes is never more than the chart has pixels. */
import {useEffect, useMemo, useReducer, useRef, useState} from 'preact/hooks';

import {useAsk, useStore} from '../live/hooks';
import type {Store} from '../live/store';
import {choiceOf, queryOf, windowOf, type Choice} from '../model/choice';
import {extent, historyPath, panned, tableOf, zoomed, type Window} from '../model/history';
import type {HistoryDoc} from '../model/types';
import {hrefOf, replaceRoute, type Route} from '../route';
import {Chart} from '../widgets/chart';
import {Controls} from './history_controls';
import {Readout, type Named} from './history_readout';

export function HistoryView({route}: {route: Route}) {
    const store = useStore('packs', 'catalogue');
    const choice = completed(choiceOf(route.query), store);
    const choose = (change: Partial<Choice>) => replaceRoute(hrefOf('history', '', queryOf({...choice, ...change})));
    return (
        <>
            <header class="view-head"><h1>History</h1></header>
            {!store.catalogue.known ? <p class="card" role="status">Asking what there is …</p>
                : <Explorer store={store} choice={choice} choose={choose} />}
        </>
    );
}

/** Devices that have the quantity: the bank where it has it and nothing else was chosen, else all packs. */
function completed(choice: Choice, store: Store): Choice {
    const metric = store.catalogue.metric(choice.metric);
    const fits = (device: string) => (device === 'bank' ? metric.scope !== 'pack' : metric.scope !== 'bank');
    const devices = choice.devices.filter(fits);
    if (devices.length > 0) return {...choice, devices};
    return {...choice, devices: fits('bank') && !metric.repeats ? ['bank'] : store.order().slice(0, metric.repeats ? 1 : undefined)};
}

function now(): number {
    return Math.floor(Date.now() / 1000);
}

/** The width of an element in CSS pixels, in steps, so that resizing does not ask for each pixel. */
function useWidth() {
    const place = useRef<HTMLDivElement>(null);
    const [width, setWidth] = useState(0);
    useEffect(() => {
        const watch = new ResizeObserver(() => setWidth(Math.ceil((place.current?.clientWidth ?? 0) / 100) * 100));
        watch.observe(place.current!);
        return () => watch.disconnect();
    }, []);
    return {place, width};
}

function Explorer({store, choice, choose}: {store: Store; choice: Choice; choose: (change: Partial<Choice>) => void}) {
    const {place, width} = useWidth();
    const [point, setPoint] = useState<number | null>(null);
    const [row, setRow] = useState<number | null>(null);
    const [round, again] = useReducer((count: number) => count + 1, 0);
    const chosen = useMemo(() => windowOf(choice, now()), [choice.span, choice.window?.from, choice.window?.to, round]);
    const asked = useAll(choice, chosen);
    useFollow(choice, chosen, width, () => again(undefined));
    const metric = store.catalogue.metric(choice.metric);
    const comparesOne = metric.repeats && choice.devices.length > 1;
    const index = comparesOne ? choice.index ?? 0 : metric.repeats ? choice.index ?? undefined : undefined;
    const ready = width > 0 && choice.devices.length > 0;
    const path = ready && asked ? historyPath({...asked, devices: choice.devices, metric: choice.metric, index, points: width}) : null;
    const {data, error, busy} = useAsk<HistoryDoc>(path);
    const fits = data?.metric === choice.metric ? data : null;
    const table = useMemo(() => (fits ? tableOf(fits) : null), [fits]);
    const shown = useMemo(() => shownWindow(choice, asked ?? chosen, fits), [choice.span, asked, chosen, fits]);
    const named = useMemo(() => namesOf(fits, store, choice), [fits, choice.devices.join()]);
    const chartSeries = useMemo(
        () => named.map(({name}) => ({label: name, unit: metric.unit, decimals: metric.decimals})), [named, metric]);
    const goTo = (window: Window) => choose({window, span: ''});
    return (
        <>
            <Controls store={store} choice={choice} choose={choose} window={shown} goTo={goTo}
                zoom={(factor) => goTo(zoomed(shown, factor, now()))} pan={(part) => goTo(panned(shown, part, now()))} />
            <section class="card explorer" aria-label={`Chart of ${metric.label}`} aria-busy={busy}>
                <header class="section-head">
                    <h2>{metric.label}{metric.unit && <small> {metric.unit === 's' ? 'time' : metric.unit}</small>}</h2>
                    <p class="scale-word">{resolutionWords(fits)}</p>
                </header>
                <div ref={place}>
                    <Chart label={`${metric.label} over time. The table below has its numbers.`} table={table} series={chartSeries}
                        window={shown} height={360} onZoom={goTo} onPoint={setPoint} focus={named.length > 1 ? row : null} />
                </div>
                {error && <p class="notice" role="status">No history: {error}</p>}
                {!error && fits && !extent(fits) && <p class="notice" role="status">Nothing was recorded in this time.</p>}
                {fits && table && <Readout doc={fits} table={table} named={named} metric={metric} point={point} onRow={setRow} />}
                <p class="quiet-note">
                    <span class="by-mouse">Drag across the chart to look closer.</span><span class="by-touch">Look closer with + and −.</span>{' '}
                    A break in a line is a time without readings.
                </p>
            </section>
        </>
    );
}

/**
 * "All" is what there is, and in as much detail as any other time: a coarse look finds where it begins. Null until that
 * is known.
 */
function useAll(choice: Choice, chosen: Window): Window | null {
    const all = choice.span === 'all' && !choice.window && choice.devices.length > 0;
    const path = all ? historyPath({...chosen, devices: choice.devices, metric: choice.metric, index: choice.index ?? 0, points: 300}) : null;
    const {data, error} = useAsk<HistoryDoc>(path);
    return useMemo(() => {
        if (!all) return chosen;
        if (!data) return error ? chosen : null;
        const found = extent(data);
        return found ? {from: Math.max(chosen.from, found.from), to: chosen.to} : chosen;
    }, [all, chosen, data, error]);
}

/** A span that ends now moves on by itself, a pixel at a time, but not more than every 5 s nor less than every 5 min. */
function useFollow(choice: Choice, window: Window, width: number, again: () => void): void {
    const pause = Math.min(300, Math.max(5, (window.to - window.from) / Math.max(width, 1)));
    useEffect(() => {
        if (choice.window || width === 0) return;
        const timer = setInterval(() => document.hidden || again(), pause * 1000);
        return () => clearInterval(timer);
    }, [choice.window === null, choice.span, pause]);
}

/** The coarse look knows when it began to the hour; what came of it, exactly. */
function shownWindow(choice: Choice, asked: Window, doc: HistoryDoc | null): Window {
    const found = choice.span === 'all' && !choice.window && doc ? extent(doc) : null;
    return found && found.from > asked.from && found.from < asked.to ? {from: found.from, to: asked.to} : asked;
}

function namesOf(doc: HistoryDoc | null, store: Store, choice: Choice): Named[] {
    if (!doc) return [];
    const repeats = store.catalogue.metric(doc.metric).repeats;
    const letter = doc.metric.startsWith('cell_temperature') ? 'T' : 'C';
    return doc.series.map((series) => {
        const device = series.device === 'bank' ? 'Bank' : store.nickname(series.device) || series.device;
        const number = repeats ? `${letter}${series.index + 1}` : '';
        return {name: choice.devices.length > 1 || !number ? `${device} ${number}`.trim() : number, series};
    });
}

function resolutionWords(doc: HistoryDoc | null): string {
    const first = doc?.series[0];
    if (!first) return '';
    if (first.span === 0) return 'each reading';
    const span = first.span >= 3600 ? `${Math.round(first.span / 360) / 10} h` : first.span >= 60 ? `${Math.round(first.span / 6) / 10} min` : `${Math.round(first.span)} s`;
    return `mean of ${span}${doc.series.length <= 4 ? ', with the band from lowest to highest' : ''}`;
}
