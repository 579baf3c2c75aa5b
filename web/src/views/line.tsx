// SPDX-License-Identifier: MIT
/** How good the lines are: what was asked, answered, lost, and how quickly. */
import type {ComponentChildren} from 'preact';

import {useAsk, useStore} from '../live/hooks';
import {digits, duration, none, words} from '../model/format';
import type {BusStatus, Counters, Latency, PackStatus, StatusDoc} from '../model/types';

export function LineView() {
    const {data, error} = useAsk<StatusDoc>('api/v1/status', 2000);
    return (
        <>
            <header class="view-head">
                <h1>Line</h1>
                {data && <p class="scale-word">packwire {data.version}, up {duration(data.uptime)}</p>}
            </header>
            {error && <p class="card notice" role="status">{error}</p>}
            {data?.buses.map((bus) => (
                <Bus key={bus.port} bus={bus} packs={data.packs.filter((pack) => pack.bus === bus.port)} bounds={data.latency_bounds_ms} />
            ))}
            {data && <Sinks sinks={data.sinks} />}
        </>
    );
}

function Bus({bus, packs, bounds}: {bus: BusStatus; packs: PackStatus[]; bounds: number[]}) {
    const speed = bus.baud ? `${digits(bus.baud, 0)} baud` : 'gateway';
    return (
        <section class="card bus" aria-label={`Bus ${bus.port}`}>
            <header class="section-head">
                <h2 class="port">{bus.port}</h2>
                <p class="scale-word">
                    <strong class={`state state-${bus.state}`}>{bus.state}</strong> · {bus.dialect ?? none} · {speed}
                    {bus.interval ? ` · each pack every ${duration(bus.interval)}` : ''} · {bus.packs} {bus.packs === 1 ? 'pack' : 'packs'}
                </p>
            </header>
            {bus.reason && <p class="notice">{bus.reason}</p>}
            <Use bus={bus} />
            <dl class="stats small">{counterStats(bus.counters)}</dl>
            <PackTable packs={packs} />
            <Histograms packs={packs} bounds={bounds} />
        </section>
    );
}

function percent(part: number): string {
    return `${digits(part * 100, part > 0 && part < 0.1 ? 1 : 0)} %`;
}

function Use({bus}: {bus: BusStatus}) {
    const use = bus.utilisation?.recent ?? bus.utilisation?.total;
    if (!use) return null;
    const kinds: [string, number][] = [['busy', use.busy], ['waiting', use.waiting], ['idle', use.idle]];
    return (
        <div class="use">
            <div class="use-bar" aria-hidden="true">
                {kinds.map(([kind, part]) => <i key={kind} class={`use-${kind}`} style={{flexGrow: part}} />)}
            </div>
            <ul class="legend">
                {kinds.map(([kind, part]) => <li key={kind}><span class={`swatch use-${kind}`} aria-hidden="true" />{kind} {percent(part)}</li>)}
                <li class="muted">over the last {duration(use.seconds)}</li>
            </ul>
        </div>
    );
}

function counterStats(counters: Counters): ComponentChildren {
    const failed = Object.entries(counters.errors);
    const rows: [string, number][] = [
        ['exchanges', counters.exchanges], ['answers', counters.answers], ['retries', counters.retries],
        ['late', counters.late], ['foreign', counters.foreign], ['echoes', counters.echoes],
        ...failed.map(([name, count]): [string, number] => [words(name), count]),
    ];
    return rows.map(([name, count], i) => (
        <div key={name} class={`stat${count === 0 ? ' is-nought' : i > 5 ? ' is-fault' : ''}`}>
            <dt>{name}</dt><dd>{digits(count, 0)}</dd>
        </div>
    ));
}

function errorWords(errors: Record<string, number>): string {
    const rows = Object.entries(errors);
    return rows.length === 0 ? 'none' : rows.map(([name, count]) => `${words(name)} ${count}`).join(', ');
}

function PackTable({packs}: {packs: PackStatus[]}) {
    const store = useStore('packs');
    const ms = (value: number | null) => (value === null ? none : digits(value, value < 100 ? 1 : 0));
    const both = (latency: Latency) => `${ms(latency.p50_ms)} / ${ms(latency.p99_ms)}`;
    return (
        <div class="table-scroll" tabIndex={0} role="region" aria-label="Packs on this bus">
            <table>
                <thead>
                    <tr>
                        <th scope="col">Pack</th><th scope="col">State</th><th scope="col" class="n">Exchanges</th><th scope="col" class="n">Good</th>
                        <th scope="col" class="n">Retries</th><th scope="col" class="n">Late</th><th scope="col">Errors</th>
                        <th scope="col" class="n">First character<small>p50 / p99, ms</small></th>
                        <th scope="col" class="n">Exchange<small>p50 / p99, ms</small></th>
                    </tr>
                </thead>
                <tbody>
                    {packs.map((pack) => (
                        <tr key={`${pack.bus} ${pack.address}`} class={pack.state === 'fresh' ? '' : 'not-fresh'}>
                            <th scope="row">
                                {pack.id && store.nickname(pack.id) && <span class="badge">{store.nickname(pack.id)}</span>}{' '}
                                {pack.id ?? 'not named yet'} <small>address {pack.address}</small>
                            </th>
                            <td>{pack.state}</td>
                            <td class="n">{digits(pack.counters.exchanges, 0)}</td>
                            <td class="n">{pack.counters.exchanges ? percent(pack.counters.answers / pack.counters.exchanges) : none}</td>
                            <td class="n">{digits(pack.counters.retries, 0)}</td>
                            <td class="n">{digits(pack.counters.late, 0)}</td>
                            <td>{errorWords(pack.counters.errors)}</td>
                            <td class="n">{both(pack.latency.first_character)}</td>
                            <td class="n">{both(pack.latency.exchange)}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}

/** How many answers of all packs began within how many milliseconds. */
function Histograms({packs, bounds}: {packs: PackStatus[]; bounds: number[]}) {
    const buckets = packs.reduce<number[]>(
        (sum, pack) => pack.latency.first_character.buckets.map((count, i) => count + (sum[i] ?? 0)), [],
    );
    const most = Math.max(...buckets, 0);
    if (most === 0) return null;
    const name = (i: number) => (i < bounds.length ? `≤ ${bounds[i]! >= 1000 ? `${bounds[i]! / 1000} s` : `${bounds[i]} ms`}` : 'longer');
    const first = buckets.findIndex((count) => count > 0);
    const last = buckets.length - 1 - [...buckets].reverse().findIndex((count) => count > 0);
    const rows = buckets.map((count, i) => ({count, i})).slice(Math.max(0, first - 1), last + 2);
    return (
        <figure class="histogram">
            <figcaption>Answers by the time to their first character</figcaption>
            <ul>
                {rows.map(({count, i}) => (
                    <li key={i}>
                        <span class="h-name">{name(i)}</span>
                        <span class="h-track" aria-hidden="true"><i style={{transform: `scaleX(${count / most})`}} /></span>
                        <span class="h-count">{digits(count, 0)}</span>
                    </li>
                ))}
            </ul>
        </figure>
    );
}

function Sinks({sinks}: {sinks: StatusDoc['sinks']}) {
    if (sinks.length === 0) return null;
    return (
        <section class="card" aria-labelledby="sinks-head">
            <header class="section-head"><h2 id="sinks-head">Where values go</h2></header>
            <ul class="sinks">
                {sinks.map((sink) => (
                    <li key={sink.name} class={sink.state === 'ok' ? 'is-ok' : 'is-trouble'}>
                        <span aria-hidden="true">{sink.state === 'ok' ? '✓' : '▲'}</span> <strong>{words(sink.name)}</strong> {sink.state}
                        {sink.reason && <span class="muted"> {sink.reason}</span>}
                    </li>
                ))}
            </ul>
        </section>
    );
}
