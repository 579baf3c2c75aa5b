// SPDX-License-Identifier: MIT
/** What to show: quantity, devices, time. All of it by keyboard, too. */
import type {Store} from '../live/store';
import type {Choice} from '../model/choice';
import {spans, type Window} from '../model/history';
import type {Metric} from '../model/types';

interface Props {
    store: Store;
    choice: Choice;
    choose: (change: Partial<Choice>) => void;
    window: Window;
    goTo: (window: Window) => void;
    zoom: (factor: number) => void;
    pan: (part: number) => void;
}

export function Controls(props: Props) {
    const {store, choice, choose} = props;
    const metric = store.catalogue.metric(choice.metric);
    return (
        <div class="controls card">
            <MetricSelect {...props} />
            {metric.repeats && <IndexSelect choice={choice} choose={choose} metric={metric} count={countOf(store, choice)} />}
            <Devices {...props} metric={metric} />
            <Time {...props} />
        </div>
    );
}

function MetricSelect({store, choice, choose}: Props) {
    const {catalogue} = store;
    const groups: [string, Metric[]][] = [
        ['Bank and packs', catalogue.recorded('pack').filter(({scope}) => scope === 'both')],
        ['Packs', catalogue.recorded('pack').filter(({scope}) => scope === 'pack')],
        ['Bank', catalogue.recorded('bank').filter(({scope}) => scope === 'bank')],
    ];
    return (
        <label>Quantity
            <select value={choice.metric} onChange={(event) => choose({metric: event.currentTarget.value, index: null})}>
                {groups.map(([name, metrics]) => (
                    <optgroup key={name} label={name}>
                        {metrics.map((metric) => (
                            <option key={metric.name} value={metric.name}>{metric.label}{metric.unit ? `, ${metric.unit}` : ''}</option>
                        ))}
                    </optgroup>
                ))}
            </select>
        </label>
    );
}

function countOf(store: Store, choice: Choice): number {
    const counts = choice.devices.map((id) => {
        const value = store.packs.get(id)?.values[choice.metric];
        return Array.isArray(value) ? value.length : 0;
    });
    return Math.max(...counts, 0) || 16;
}

function IndexSelect({choice, choose, metric, count}: {choice: Choice; choose: Props['choose']; metric: Metric; count: number}) {
    const several = choice.devices.length > 1;
    const letter = metric.name.startsWith('cell_temperature') ? 'T' : 'C';
    const value = choice.index === null ? (several ? '0' : '') : String(choice.index);
    return (
        <label>{letter === 'T' ? 'Sensor' : 'Cell'}
            <select value={value} onChange={(event) => choose({index: event.currentTarget.value === '' ? null : Number(event.currentTarget.value)})}>
                {!several && <option value="">all</option>}
                {Array.from({length: count}, (_, i) => <option key={i} value={String(i)}>{letter}{i + 1}</option>)}
            </select>
        </label>
    );
}

function Devices({store, choice, choose, metric}: Props & {metric: Metric}) {
    const ids = [...(metric.scope === 'pack' ? [] : ['bank']), ...(metric.scope === 'bank' ? [] : store.order())];
    const toggle = (id: string, on: boolean) => {
        const devices = ids.filter((one) => (one === id ? on : choice.devices.includes(one)));
        if (devices.length > 0) choose({devices});
    };
    return (
        <fieldset class="devices">
            <legend>Of</legend>
            {ids.map((id) => (
                <label key={id} class="check" title={id}>
                    <input type="checkbox" checked={choice.devices.includes(id)} onChange={(event) => toggle(id, event.currentTarget.checked)} />
                    {id === 'bank' ? 'Bank' : store.nickname(id) || id}
                </label>
            ))}
            {ids.length > 2 && metric.scope !== 'bank' && (
                <button type="button" class="link" onClick={() => choose({devices: store.order()})}>all packs</button>
            )}
        </fieldset>
    );
}

function Time({choice, choose, zoom, pan}: Props) {
    return (
        <div class="time-controls">
            <div class="segments" role="group" aria-label="Span">
                {spans.map((span) => (
                    <button key={span.name} type="button" aria-pressed={choice.span === span.name}
                        onClick={() => choose({span: span.name, window: null})}>{span.label}</button>
                ))}
            </div>
            <div class="segments" role="group" aria-label="Move and zoom">
                <button type="button" aria-label="Earlier" title="Earlier" onClick={() => pan(-0.5)}>←</button>
                <button type="button" aria-label="Later" title="Later" onClick={() => pan(0.5)}>→</button>
                <button type="button" aria-label="Zoom in" title="Zoom in" onClick={() => zoom(0.5)}>+</button>
                <button type="button" aria-label="Zoom out" title="Zoom out" onClick={() => zoom(2)}>−</button>
            </div>
        </div>
    );
}
