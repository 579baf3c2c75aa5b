// SPDX-License-Identifier: MIT
/** One pack, all of it. */
import {useStore} from '../live/hooks';
import type {Catalogue} from '../model/catalogue';
import {digits, direction, none, words} from '../model/format';
import type {PackLine} from '../model/types';
import {bits, list, number, shown, text} from '../model/values';
import {hrefOf} from '../route';
import {Freshness, Moment} from '../widgets/age';
import {AlarmChips} from '../widgets/alarms';
import {CellBars, oddWords} from '../widgets/cell_bars';
import {MetricStat, Stat} from '../widgets/stat';
import {Parameters} from './parameters';

export function PackView({id}: {id: string}) {
    const store = useStore('packs', 'catalogue');
    const ids = store.order();
    const chosen = id || ids[0] || '';
    if (!chosen) return <p class="card" role="status">No pack has answered yet.</p>;
    return (
        <>
            <nav class="tabs" aria-label="Packs">
                {ids.map((one) => (
                    <a key={one} href={hrefOf('pack', one)} aria-current={one === chosen ? 'page' : undefined}>
                        {store.nickname(one) && <span class="badge">{store.nickname(one)}</span>}{' '}
                        <span class="tab-id">{one}</span>
                        {!['fresh'].includes(store.packs.get(one)?.freshness ?? '') &&
                            <span class="tab-note"> {store.packs.get(one)?.freshness}</span>}
                    </a>
                ))}
            </nav>
            <OnePack key={chosen} id={chosen} />
        </>
    );
}

function OnePack({id}: {id: string}) {
    const store = useStore(`pack:${id}`, 'catalogue', 'packs');
    const {catalogue} = store;
    const pack = store.packs.get(id);
    if (!pack) return <p class="card">No pack is called {id}. <a href={hrefOf('overview')}>To the overview</a></p>;
    return (
        <div class={`one-pack is-${pack.freshness}`} data-pack={id}>
            <header class="view-head">
                <h1>{store.nickname(id) && <span class="badge">{store.nickname(id)}</span>} {id}</h1>
                <Freshness pack={pack} />
            </header>
            {shown(pack) ? <Living pack={pack} catalogue={catalogue} /> : <Lost pack={pack} />}
            <div class="columns">
                <Counters pack={pack} catalogue={catalogue} />
                <Identity pack={pack} catalogue={catalogue} />
            </div>
            <Parameters id={id} />
        </div>
    );
}

function Lost({pack}: {pack: PackLine}) {
    return (
        <section class="card lost-card">
            <h2>No answer</h2>
            <p>
                {pack.last_good ? <>Lost since <Moment at={pack.last_good} />. </> : null}
                Nothing is known of this pack now, so nothing that was measured is shown; the bank counts without it. It was last
                heard at address {pack.address} of <span class="port">{pack.bus}</span>. What follows is what it said of itself earlier.
            </p>
        </section>
    );
}

function Living({pack, catalogue}: {pack: PackLine; catalogue: Catalogue}) {
    const {values} = pack;
    const current = number(values, 'pack_current');
    const stat = (name: string, label?: string) =>
        <MetricStat catalogue={catalogue} values={values} name={name} {...(label ? {label} : {})} />;
    return (
        <>
            <section class="card" aria-label="Now">
                <dl class="stats now">
                    {stat('state_of_charge')}
                    {stat('pack_voltage')}
                    {stat('pack_current')}
                    <Stat label={catalogue.label('pack_power')} note={direction(current) ?? none}>
                        {catalogue.format('pack_power', number(values, 'pack_power'))}
                    </Stat>
                    {stat('remaining_capacity')}
                    {stat('full_charge_capacity')}
                    {stat('state_of_health')}
                    {stat('internal_resistance')}
                </dl>
                <AlarmChips alarms={pack.alarms} catalogue={catalogue} />
            </section>
            <section class="card" aria-labelledby="cells-head">
                <header class="section-head">
                    <h2 id="cells-head">Cells</h2>
                    <p class="scale-word">{oddWords(pack)}</p>
                    <a class="more" href={hrefOf('history', '', {device: pack.id, metric: 'cell_voltage', span: '1d'})}>History of all cells</a>
                </header>
                <CellBars pack={pack} catalogue={catalogue} />
            </section>
            <div class="columns">
                <Temperatures pack={pack} catalogue={catalogue} />
                <StatusWords pack={pack} catalogue={catalogue} />
            </div>
        </>
    );
}

function Temperatures({pack, catalogue}: {pack: PackLine; catalogue: Catalogue}) {
    const {decimals, unit} = catalogue.metric('cell_temperature');
    const sensors = list(pack.values, 'cell_temperature');
    const others = ['pack_temperature', 'mosfet_temperature', 'ambient_temperature'];
    return (
        <section class="card" aria-labelledby="warm-head">
            <header class="section-head">
                <h2 id="warm-head">Temperatures</h2>
                <a class="more" href={hrefOf('history', '', {device: pack.id, metric: 'cell_temperature', span: '1d'})}>History</a>
            </header>
            <dl class="stats">
                {sensors.map((value, i) => (
                    <Stat key={i} label={`Sensor T${i + 1}`}>{value === null ? 'not fitted' : `${digits(value, decimals)} ${unit}`}</Stat>
                ))}
                {others.map((name) => <MetricStat key={name} catalogue={catalogue} values={pack.values} name={name} />)}
            </dl>
        </section>
    );
}

function StatusWords({pack, catalogue}: {pack: PackLine; catalogue: Catalogue}) {
    const rows = catalogue.ofKind('status', 'pack').map((metric) => ({metric, value: bits(pack.values, metric.name)}))
        .filter(({value}) => value !== null);
    const said = (value: NonNullable<ReturnType<typeof bits>>) =>
        value.cells ? value.cells.map((cell) => `C${cell}`) : (value.flags ?? []).map(words);
    const quiet = rows.filter(({value}) => said(value!).length === 0);
    return (
        <section class="card" aria-labelledby="status-head">
            <header class="section-head"><h2 id="status-head">Status words</h2></header>
            <dl class="pairs">
                {rows.filter(({value}) => said(value!).length > 0).map(({metric, value}) => (
                    <div key={metric.name}><dt>{metric.label}</dt><dd>{said(value!).join(', ')}</dd></div>
                ))}
                {quiet.length > 0 && (
                    <div class="pairs-quiet"><dt>Nothing set in</dt><dd>{quiet.map(({metric}) => lower(metric.label)).join(', ')}</dd></div>
                )}
            </dl>
        </section>
    );
}

/** Within a sentence. Abbreviations stay as they are: "MOSFET status", "I/O status". */
function lower(label: string): string {
    return /^.[A-Z/]/.test(label) ? label : label.charAt(0).toLowerCase() + label.slice(1);
}

function Counters({pack, catalogue}: {pack: PackLine; catalogue: Catalogue}) {
    const rows = catalogue.ofKind('total', 'pack').filter(({name}) => number(pack.values, name) !== null);
    if (rows.length === 0) return null;
    const never = rows.filter(({name}) => number(pack.values, name) === 0);
    return (
        <section class="card" aria-labelledby="count-head">
            <header class="section-head"><h2 id="count-head">Counters</h2></header>
            <dl class="pairs is-numbers">
                {rows.filter((metric) => !never.includes(metric)).map(({name, label}) => (
                    <div key={name}><dt>{label}</dt><dd>{catalogue.format(name, number(pack.values, name))}</dd></div>
                ))}
            </dl>
            {never.length > 0 && <p class="never"><strong>Never:</strong> {never.map(({label}) => lower(label)).join(', ')}</p>}
        </section>
    );
}

function Identity({pack, catalogue}: {pack: PackLine; catalogue: Catalogue}) {
    const rows = catalogue.ofKind('text', 'pack').filter(({name}) => text(pack.values, name) !== '' && !name.includes('_id'));
    const also = catalogue.ofKind('text', 'pack').filter(({name}) => name === 'product_id' && text(pack.values, name) !== '');
    return (
        <section class="card" aria-labelledby="who-head">
            <header class="section-head"><h2 id="who-head">Identity</h2></header>
            <dl class="pairs">
                <div><dt>Bus</dt><dd class="port">{pack.bus}</dd></div>
                <div><dt>Address</dt><dd>{pack.address}</dd></div>
                {[...rows, ...also].map(({name, label}) => (
                    <div key={name}><dt>{label}</dt><dd>{text(pack.values, name)}</dd></div>
                ))}
            </dl>
        </section>
    );
}
