// SPDX-License-Identifier: MIT
/** What happened, the newest first. */
import {useEffect, useState} from 'preact/hooks';

import {ApiError, ask} from '../api';
import {useStore} from '../live/hooks';
import {sentence} from '../model/format';
import type {BatteryEvent} from '../model/types';
import {hrefOf, replaceRoute, type Route} from '../route';

interface Page {
    events: BatteryEvent[];
    next: number | null;
}

const pageSize = 100;

function pathOf(device: string, kind: string, before: number | null): string {
    const query = new URLSearchParams({limit: String(pageSize)});
    if (device) query.set('device', device);
    if (kind) query.set('kind', kind);
    if (before !== null) query.set('before', String(before));
    return `api/v1/events?${query}`;
}

function useEvents(device: string, kind: string) {
    const store = useStore('event');
    const [events, setEvents] = useState<BatteryEvent[]>([]);
    const [next, setNext] = useState<number | null>(null);
    const [error, setError] = useState<string | null>(null);
    const [busy, setBusy] = useState(true);
    const load = (before: number | null) => {
        setBusy(true);
        const stop = new AbortController();
        ask<Page>(pathOf(device, kind, before), stop.signal).then(
            (page) => {
                setEvents((old) => (before === null ? page.events : [...old, ...page.events]));
                setNext(page.next);
                setError(null);
                setBusy(false);
            },
            (failure: unknown) => {
                if (stop.signal.aborted) return;
                setError(failure instanceof ApiError ? failure.message : String(failure));
                setBusy(false);
            },
        );
        return () => stop.abort();
    };
    useEffect(() => load(null), [device, kind]);
    const newest = events[0]?.id ?? 0;
    const live = store.recent.filter(
        (event) => event.id > newest && (!device || event.device === device) && (!kind || event.kind === kind),
    );
    return {events: [...live, ...events], next, error, busy, more: () => next !== null && load(next)};
}

export function EventsView({route}: {route: Route}) {
    const store = useStore('catalogue', 'packs');
    const device = route.query.get('device') ?? '';
    const kind = route.query.get('kind') ?? '';
    const {events, next, error, busy, more} = useEvents(device, kind);
    const choose = (change: Record<string, string>) => {
        const chosen = {device, kind, ...change};
        replaceRoute(hrefOf('events', '', Object.fromEntries(Object.entries(chosen).filter(([, value]) => value))));
    };
    const deviceName = (id: string) => (id === 'bank' ? 'Bank' : store.nickname(id) ? `${store.nickname(id)} ${id}` : id);
    return (
        <>
            <header class="view-head"><h1>Events</h1></header>
            <div class="controls card">
                <label>Device
                    <select value={device} onChange={(event) => choose({device: event.currentTarget.value})}>
                        <option value="">all</option>
                        {['bank', ...store.order()].map((id) => <option key={id} value={id}>{deviceName(id)}</option>)}
                    </select>
                </label>
                <label>Kind
                    <select value={kind} onChange={(event) => choose({kind: event.currentTarget.value})}>
                        <option value="">all</option>
                        {store.catalogue.doc.event_kinds.map((one) => <option key={one} value={one}>{one}</option>)}
                    </select>
                </label>
            </div>
            {error && <p class="card notice" role="status">No events: {error}</p>}
            {!error && !busy && events.length === 0 && <p class="card" role="status">Nothing of this kind has happened.</p>}
            <Timeline events={events} deviceName={(id) => (id === 'bank' ? 'Bank' : store.nickname(id) || id)} />
            {next !== null && <p class="more-place"><button type="button" onClick={more} disabled={busy}>{busy ? 'Loading …' : 'Load older events'}</button></p>}
        </>
    );
}

function dayOf(time: string): string {
    return new Date(time).toLocaleDateString(undefined, {weekday: 'long', year: 'numeric', month: 'long', day: 'numeric'});
}

function Timeline({events, deviceName}: {events: BatteryEvent[]; deviceName: (id: string) => string}) {
    const days = new Map<string, BatteryEvent[]>();
    for (const event of events) {
        const day = dayOf(event.time);
        days.set(day, [...(days.get(day) ?? []), event]);
    }
    return (
        <>
            {[...days].map(([day, those]) => (
                <section key={day} class="card day">
                    <h2>{day}</h2>
                    <ol class="timeline">
                        {those.map((event) => <Row key={event.id} event={event} deviceName={deviceName} />)}
                    </ol>
                </section>
            ))}
        </>
    );
}

/** Of an alarm and of a loss 0 is good news; other kinds have no level. */
function toneOf(event: BatteryEvent): {tone: string; mark: string} {
    if (event.kind === 'alarm' || event.kind === 'loss') {
        if (event.level >= 2) return {tone: 'alarm', mark: '■'};
        if (event.level === 1) return {tone: 'warning', mark: '▲'};
        return {tone: 'good', mark: '✓'};
    }
    return {tone: 'plain', mark: '·'};
}

function Row({event, deviceName}: {event: BatteryEvent; deviceName: (id: string) => string}) {
    const {tone, mark} = toneOf(event);
    const at = new Date(event.time);
    return (
        <li class={`event tone-${tone}`}>
            <time dateTime={event.time} title={at.toLocaleString()}>
                {at.toLocaleTimeString(undefined, {hour: '2-digit', minute: '2-digit', second: '2-digit'})}
            </time>
            <span class="event-mark" aria-hidden="true">{mark}</span>
            <span class="event-kind">{event.kind}</span>
            <span class="event-device" title={event.device}>{event.device ? deviceName(event.device) : ''}</span>
            <span class="event-text">{event.text || sentence(event.name)}</span>
        </li>
    );
}
