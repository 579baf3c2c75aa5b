// SPDX-License-Identifier: MIT
/** The bank at a glance, and each pack as a card. */
import {useRef} from 'preact/hooks';

import {useStore} from '../live/hooks';
import type {Catalogue} from '../model/catalogue';
import {steadyScale, type Scale} from '../model/cells';
import {digits, direction, none, quantity, watts} from '../model/format';
import type {BankLine} from '../model/types';
import {list, number, shown, text} from '../model/values';
import {AlarmChips} from '../widgets/alarms';
import {StripLegend} from '../widgets/cell_strip';
import {Limits} from '../widgets/limits';
import {PackCard} from '../widgets/pack_card';
import {Meter, MetricStat, Stat} from '../widgets/stat';
import {Today} from '../widgets/today';

export function Overview() {
    return (
        <>
            <h1 class="visually-hidden">Overview</h1>
            <BankPart />
            <Today />
            <Packs />
        </>
    );
}

function BankPart() {
    const {bank, catalogue, connection, packs} = useStore('bank', 'catalogue', 'connection');
    if (!bank) {
        const word = connection.state !== 'open' ? 'Asking the battery how it is …'
            : packs.size > 0 ? 'The packs answer. The bank follows as soon as their limits are known.'
            : 'Looking for packs. Nobody has answered yet.';
        return <section class="hero card skeleton"><p class="skeleton-word" role="status">{word}</p></section>;
    }
    return (
        <>
            <Hero bank={bank} catalogue={catalogue} />
            <Limits bank={bank} catalogue={catalogue} />
        </>
    );
}

function Hero({bank, catalogue}: {bank: BankLine; catalogue: Catalogue}) {
    const {values} = bank;
    const soc = number(values, 'state_of_charge');
    return (
        <section class={`hero card is-${bank.freshness}`} aria-label="The bank">
            <div class="hero-soc">
                <p class="label">{catalogue.label('state_of_charge')}</p>
                <p class="soc" data-test="soc">{digits(soc, 1)}<small>%</small></p>
                <Meter part={soc === null ? null : soc / 100} tone="accent" />
                <p class="hero-sub">{capacityWords(bank, catalogue)}</p>
            </div>
            <Flow bank={bank} catalogue={catalogue} />
            <dl class="hero-stats">
                <MetricStat catalogue={catalogue} values={values} name="pack_voltage" always />
                <MetricStat catalogue={catalogue} values={values} name="pack_current" always />
                <MetricStat catalogue={catalogue} values={values} name="cell_voltage.difference" />
                <Temperatures bank={bank} catalogue={catalogue} />
                <MetricStat catalogue={catalogue} values={values} name="charged_energy" label="Charged" />
                <MetricStat catalogue={catalogue} values={values} name="discharged_energy" label="Discharged" />
            </dl>
            <BankWords bank={bank} catalogue={catalogue} />
        </section>
    );
}

function capacityWords(bank: BankLine, catalogue: Catalogue): string {
    const left = number(bank.values, 'remaining_capacity');
    const full = number(bank.values, 'full_charge_capacity');
    if (left === null || full === null) return '';
    return `${digits(left, 0)} of ${quantity(full, {...catalogue.metric('full_charge_capacity'), decimals: 0})}`;
}

function Flow({bank, catalogue}: {bank: BankLine; catalogue: Catalogue}) {
    const current = number(bank.values, 'pack_current');
    const way = direction(current);
    const power = watts(number(bank.values, 'pack_power'));
    const left = number(bank.values, 'time_to_go');
    const arrow = way === 'charging' ? '↓' : way === 'discharging' ? '↑' : '·';
    return (
        <div class={`hero-flow flow-${way}`}>
            <p class="label">{catalogue.label('pack_power')}</p>
            <p class="power" data-test="power">{power.number}<small>{power.unit}</small></p>
            <p class="way"><span class="arrow" aria-hidden="true">{arrow}</span> {way ?? 'not known'}</p>
            {way === 'discharging' && left !== null && (
                <p class="hero-sub">{catalogue.label('time_to_go')}: <strong>{catalogue.format('time_to_go', left)}</strong></p>
            )}
        </div>
    );
}

function Temperatures({bank, catalogue}: {bank: BankLine; catalogue: Catalogue}) {
    const low = number(bank.values, 'cell_temperature.min');
    const high = number(bank.values, 'cell_temperature.max');
    if (low === null || high === null) return null;
    return <Stat label="Cell temperatures">{digits(low, 1)}…{catalogue.format('cell_temperature.max', high)}</Stat>;
}

function BankWords({bank, catalogue}: {bank: BankLine; catalogue: Catalogue}) {
    const members = bank.members ?? [];
    const away = members.filter((member) => member.freshness !== 'fresh').length;
    const quiet = Object.keys(bank.alarms).length === 0;
    const high = text(bank.values, 'cell_voltage.max_id');
    const low = text(bank.values, 'cell_voltage.min_id');
    const volts = (name: string) => catalogue.format(name, number(bank.values, name));
    return (
        <div class="hero-words">
            {quiet ? <p class="all-well"><span class="tick" aria-hidden="true">✓</span> No alarms</p>
                : <AlarmChips alarms={bank.alarms} catalogue={catalogue} />}
            <p>
                {members.length > 0 && (away === 0
                    ? `${members.length === 1 ? 'The pack answers' : `All ${members.length} packs answer`}`
                    : `${members.length - away} of ${members.length} packs answer`)}
            </p>
            {high && <p>Highest cell <strong>{high}</strong> {volts('cell_voltage.max')}</p>}
            {low && <p>Lowest cell <strong>{low}</strong> {volts('cell_voltage.min')}</p>}
        </div>
    );
}

function Packs() {
    const store = useStore('packs', 'bank');
    const last = useRef<Scale | null>(null);
    const ids = store.order();
    if (ids.length === 0) return null;
    const cells = ids.map((id) => store.packs.get(id)!).filter(shown).map((pack) => list(pack.values, 'cell_voltage'));
    last.current = steadyScale(last.current, cells.flat());
    const scale = last.current;
    return (
        <section aria-labelledby="packs-head">
            <header class="section-head">
                <h2 id="packs-head">{ids.length === 1 ? 'Pack' : 'Packs'}</h2>
                <p class="scale-word">
                    {scale ? `Bars from ${digits(scale.low, 2)} to ${digits(scale.high, 2)} V` : none}
                </p>
                <StripLegend />
            </header>
            <div class="packs">{ids.map((id) => <PackCard key={id} id={id} scale={scale} />)}</div>
        </section>
    );
}
