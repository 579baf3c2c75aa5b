// SPDX-License-Identifier: MIT
/** A pack at a glance. */
import {memo} from 'preact/compat';

import {useStore} from '../live/hooks';
import type {Catalogue} from '../model/catalogue';
import {extremes, oddCells, type Scale} from '../model/cells';
import {digits, direction, none} from '../model/format';
import type {PackLine} from '../model/types';
import {list, masked, number, shown} from '../model/values';
import {hrefOf} from '../route';
import {Freshness} from './age';
import {AlarmChips} from './alarms';
import {CellStrip} from './cell_strip';
import {Meter} from './stat';

/** Drawn anew by its own pack's readings alone: a bank of fifteen moves one card at a time. */
export const PackCard = memo(function PackCard({id, scale}: {id: string; scale: Scale | null}) {
    const store = useStore(`pack:${id}`, 'catalogue', 'packs');
    const pack = store.packs.get(id);
    if (!pack) return null;
    const nickname = store.nickname(id);
    return (
        <article class={`card pack is-${pack.freshness}`} aria-labelledby={`pack-${id}`} data-pack={id}>
            <header class="pack-head">
                <h3 id={`pack-${id}`}>
                    <a href={hrefOf('pack', id)}>
                        {nickname && <span class="badge">{nickname}</span>}
                        <span class="pack-id">{id}</span>
                    </a>
                </h3>
                <Freshness pack={pack} />
            </header>
            {pack.freshness === 'stale' && number(pack.values, 'state_of_charge') === null ? <Silent />
                : shown(pack) ? <Living pack={pack} scale={scale} catalogue={store.catalogue} /> : <Lost pack={pack} />}
        </article>
    );
});

/** The page came after the last reading: there is nothing old to show. */
function Silent() {
    return (
        <div class="lost-body">
            <p class="lost-word">Silent</p>
            <p>It does not answer at the moment. What it measured last came before this page was opened.</p>
        </div>
    );
}

function Lost({pack}: {pack: PackLine}) {
    return (
        <div class="lost-body">
            <p class="lost-word">No answer</p>
            <p>
                Nothing is known of this pack now; the bank counts without it. It was last heard at address {pack.address} of{' '}
                <span class="port">{pack.bus}</span>.
            </p>
        </div>
    );
}

function Living({pack, scale, catalogue}: {pack: PackLine; scale: Scale | null; catalogue: Catalogue}) {
    const {values} = pack;
    const cells = list(values, 'cell_voltage');
    const soc = number(values, 'state_of_charge');
    const current = number(values, 'pack_current');
    return (
        <>
            <div class="pack-main">
                <p class="pack-soc">
                    <span class="visually-hidden">{catalogue.label('state_of_charge')} </span>
                    {digits(soc, 1)}<small>%</small>
                </p>
                <dl class="pack-now">
                    <div><dt class="visually-hidden">{catalogue.label('pack_voltage')}</dt><dd>{catalogue.format('pack_voltage', number(values, 'pack_voltage'))}</dd></div>
                    <div><dt class="visually-hidden">{catalogue.label('pack_current')}</dt><dd>{catalogue.format('pack_current', current)}</dd></div>
                    <div class="flow"><dt class="visually-hidden">Direction</dt><dd class={`flow-${direction(current)}`}>{direction(current) ?? none}</dd></div>
                </dl>
            </div>
            <Meter part={soc === null ? null : soc / 100} tone="accent" />
            <CellStrip
                values={cells} scale={scale} balancing={masked(values, 'cell_balancing')} odd={oddCells(cells)}
                old={pack.freshness !== 'fresh'}
            />
            <CellEnds pack={pack} catalogue={catalogue} />
            <Warmth pack={pack} catalogue={catalogue} />
            <Marks pack={pack} catalogue={catalogue} />
        </>
    );
}

function CellEnds({pack, catalogue}: {pack: PackLine; catalogue: Catalogue}) {
    const ends = extremes(list(pack.values, 'cell_voltage'));
    if (!ends) return null;
    const cell = (at: number, volts: number) => (
        <dd>{digits(volts, catalogue.metric('cell_voltage').decimals)} <small>C{at + 1}</small></dd>
    );
    return (
        <dl class="trio">
            <div><dt>Lowest</dt>{cell(ends.minAt, ends.min)}</div>
            <div><dt>Highest</dt>{cell(ends.maxAt, ends.max)}</div>
            <div><dt>Spread</dt><dd>{digits(ends.max - ends.min, 3)} <small>V</small></dd></div>
        </dl>
    );
}

function Warmth({pack, catalogue}: {pack: PackLine; catalogue: Catalogue}) {
    const {values} = pack;
    const low = number(values, 'cell_temperature.min');
    const high = number(values, 'cell_temperature.max');
    const mosfet = number(values, 'mosfet_temperature');
    const ambient = number(values, 'ambient_temperature');
    const one = (name: string, value: number | null) => catalogue.format(name, value);
    return (
        <dl class="trio warmth">
            <div>
                <dt>Cells</dt>
                <dd>{low === null ? none : `${digits(low, 1)}…${one('cell_temperature.max', high)}`}</dd>
            </div>
            <div><dt>MOSFET</dt><dd>{one('mosfet_temperature', mosfet)}</dd></div>
            <div><dt>Ambient</dt><dd>{one('ambient_temperature', ambient)}</dd></div>
        </dl>
    );
}

/** Only what is not as usual. */
function Marks({pack, catalogue}: {pack: PackLine; catalogue: Catalogue}) {
    const {values} = pack;
    const odd = [...oddCells(list(values, 'cell_voltage'))];
    const notes: string[] = [];
    if (masked(values, 'cell_balancing').size > 0) notes.push('Balancing');
    if (number(values, 'charge_allowed') === 0) notes.push('Charge MOSFET off');
    if (number(values, 'discharge_allowed') === 0) notes.push('Discharge MOSFET off');
    if (odd.length > 0) notes.push(`Out of line: ${odd.map((cell) => `C${cell + 1}`).join(', ')}`);
    return (
        <>
            <AlarmChips alarms={pack.alarms} catalogue={catalogue} />
            {notes.length > 0 && <ul class="chips">{notes.map((note) => <li key={note} class="chip">{note}</li>)}</ul>}
        </>
    );
}
