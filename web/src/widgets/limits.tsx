// SPDX-License-Identifier: MIT
/** CVL, CCL and DCL: what chargers and inverters are told, how near the bank is to it, and the words that say why. */
import type {Catalogue} from '../model/catalogue';
import type {BankLine} from '../model/types';
import {number, text} from '../model/values';
import {Meter} from './stat';

interface Limit {
    short: string;
    metric: string;
    why: string;
    tone: string;
    /** How much of it is used. */
    part: (limit: number, bank: BankLine) => number | null;
    against: string;
}

function share(value: number | null, limit: number): number | null {
    if (value === null || limit <= 0) return null;
    return Math.max(0, value) / limit;
}

const limits: Limit[] = [
    {
        short: 'CVL', metric: 'charge_voltage_limit', why: 'charge_mode', tone: 'accent', against: 'pack_voltage',
        // From an empty battery's voltage up: from 0 V any battery would look full.
        part: (limit, bank) => {
            const low = number(bank.values, 'battery_low_voltage') ?? limit * 0.8;
            const voltage = number(bank.values, 'pack_voltage');
            return voltage === null || limit <= low ? null : (voltage - low) / (limit - low);
        },
    },
    {
        short: 'CCL', metric: 'charge_current_limit', why: 'charge_limitation', tone: 'charge', against: 'pack_current',
        part: (limit, bank) => share(number(bank.values, 'pack_current'), limit),
    },
    {
        short: 'DCL', metric: 'discharge_current_limit', why: 'discharge_limitation', tone: 'discharge', against: 'pack_current',
        part: (limit, bank) => share(negated(number(bank.values, 'pack_current')), limit),
    },
];

function negated(value: number | null): number | null {
    return value === null ? null : -value;
}

export function Limits({bank, catalogue}: {bank: BankLine; catalogue: Catalogue}) {
    const known = limits.some(({metric}) => number(bank.values, metric) !== null);
    if (!known) {
        return (
            <section class="card limits-none" aria-labelledby="limits-head">
                <h2 id="limits-head">Limits</h2>
                <p>
                    <strong>No limits are published: a monitor only.</strong>{' '}
                    {bank.monitor_reason || text(bank.values, 'charge_limitation')}
                </p>
            </section>
        );
    }
    return (
        <section class="limits" aria-label="Limits for chargers and inverters">
            {limits.map((limit) => <LimitCard key={limit.short} limit={limit} bank={bank} catalogue={catalogue} />)}
        </section>
    );
}

function LimitCard({limit, bank, catalogue}: {limit: Limit; bank: BankLine; catalogue: Catalogue}) {
    const value = number(bank.values, limit.metric);
    const part = value === null ? null : limit.part(value, bank);
    const used = part !== null && limit.against === 'pack_current' ? ` · ${Math.round(part * 100)} % used` : '';
    return (
        <div class={`card limit${value === 0 ? ' is-zero' : ''}`}>
            <h2 title={catalogue.label(limit.metric)}>
                <abbr title={catalogue.label(limit.metric)}>{limit.short}</abbr>
                <span class="limit-name">{catalogue.label(limit.metric).replace(/\s*\(.*\)$/, '')}</span>
            </h2>
            <p class="limit-value">{catalogue.format(limit.metric, value)}<span class="limit-used">{used}</span></p>
            <Meter part={part} tone={limit.tone} />
            <p class="limit-why">{text(bank.values, limit.why) || 'no reason given'}</p>
        </div>
    );
}
