// SPDX-License-Identifier: MIT
/** What the daemon says: docs/api.md. */

export type Freshness = 'fresh' | 'stale' | 'lost' | 'gone';

export interface Flags {
    raw: number;
    flags?: string[];
    cells?: number[];
}
export type Value = number | null | string | (number | null)[] | Flags;
export type Values = Record<string, Value>;
export type AlarmLevels = Record<string, 1 | 2>;

export interface PackLine {
    time: string;
    id: string;
    bus: string;
    address: number;
    freshness: Freshness;
    last_good: string | null;
    values: Values;
    alarms: AlarmLevels;
}

export interface BankLine {
    time: string;
    bank: string;
    freshness: Freshness;
    values: Values;
    alarms: AlarmLevels;
    members?: {id: string; freshness: Freshness}[];
    controls?: boolean;
    monitor_reason?: string;
}

export interface Metric {
    name: string;
    label: string;
    unit: string;
    decimals: number;
    kind: 'measurement' | 'total' | 'setting' | 'status' | 'text';
    scope: 'pack' | 'bank' | 'both';
    repeats: boolean;
}

export interface CatalogueDoc {
    metrics: Metric[];
    alarms: {name: string; label: string}[];
    event_kinds: string[];
    resolutions: string[];
}

export interface BatteryEvent {
    id: number;
    time: string;
    device: string;
    kind: string;
    name: string;
    level: number;
    text: string;
}

/** [t, value] of a raw sample, or [t, min, mean, max, last] of a span; t in unix seconds. */
export type Point = number[];

export interface Series {
    device: string;
    index: number;
    resolution: string;
    span: number;
    points: Point[];
}

export interface HistoryDoc {
    from: number;
    to: number;
    metric: string;
    unit: string;
    decimals: number;
    series: Series[];
}

export interface Latency {
    count: number;
    p50_ms: number | null;
    p99_ms: number | null;
    longest_ms: number | null;
    buckets: number[];
}

export interface Counters {
    exchanges: number;
    answers: number;
    retries: number;
    late: number;
    foreign: number;
    echoes: number;
    errors: Record<string, number>;
}

export interface Utilisation {
    seconds: number;
    busy: number;
    waiting: number;
    idle: number;
}

export interface BusStatus {
    port: string;
    state: string;
    reason?: string | null;
    dialect: string | null;
    baud: number | null;
    interval: number | null;
    packs: number;
    utilisation: {recent: Utilisation | null; total: Utilisation | null} | null;
    counters: Counters;
}

export interface PackStatus {
    id: string | null;
    bus: string;
    address: number;
    state: string;
    age: number | null;
    last_good: string | null;
    latency: {first_character: Latency; exchange: Latency};
    counters: Counters;
    loss: {stale: number; lost: number; gone: number};
}

export interface StatusDoc {
    version: string;
    time: string;
    uptime: number;
    buses: BusStatus[];
    packs: PackStatus[];
    sinks: {name: string; state: string; reason?: string}[];
    latency_bounds_ms: number[];
}

export type LiveMessage =
    | {type: 'hello'; version: string; site: string; time: string}
    | ({type: 'pack'} & PackLine)
    | ({type: 'bank'} & BankLine)
    | ({type: 'event'} & BatteryEvent)
    | {type: 'time'; time: string};
