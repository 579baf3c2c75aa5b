// SPDX-License-Identifier: MIT
/** The bank's last 24 hours: state of charge and power. */
import {useEffect, useMemo, useReducer} from 'preact/hooks';

import {useAsk, useStore} from '../live/hooks';
import {historyPath, tableOf, type Table} from '../model/history';
import type {HistoryDoc} from '../model/types';
import {hrefOf} from '../route';
import {Chart} from './chart';

const day = 86400;
/** Often enough that the line's end is never far from now, rarely enough for a small machine. */
const renew = 60_000;

export function Today() {
    const {catalogue, bank} = useStore('catalogue', 'connection');
    const [round, again] = useReducer((count: number) => count + 1, 0);
    useEffect(() => {
        const timer = setInterval(() => document.hidden || again(undefined), renew);
        return () => clearInterval(timer);
    }, []);
    const now = useMemo(() => Math.floor(Date.now() / 1000), [round]);
    const window = {from: now - day, to: now};
    const path = (metric: string) => historyPath({devices: ['bank'], metric, ...window, points: 480});
    const soc = useAsk<HistoryDoc>(path('state_of_charge'));
    const power = useAsk<HistoryDoc>(path('pack_power'));
    const table = useMemo(() => together(soc.data, power.data), [soc.data, power.data]);
    if (soc.error && !soc.data) {
        return bank ? <p class="quiet-note">No chart of the last day: {soc.error}</p> : null;
    }
    return (
        <section class="card today" aria-labelledby="today-head">
            <header class="section-head">
                <h2 id="today-head">Last 24 hours</h2>
                <ul class="legend">
                    <li><span class="line-mark is-soc" aria-hidden="true" />{catalogue.label('state_of_charge')}</li>
                    <li><span class="line-mark is-power" aria-hidden="true" />{catalogue.label('pack_power')}</li>
                </ul>
                <a class="more" href={hrefOf('history', '', {device: 'bank', metric: 'state_of_charge', span: '1d'})}>History</a>
            </header>
            <Chart
                label="State of charge and power of the bank in the last 24 hours"
                table={table} window={window} height={190} range={[0, 100]}
                series={[
                    {label: catalogue.label('state_of_charge'), unit: '%', decimals: 0, colour: 'series-1'},
                    {label: catalogue.label('pack_power'), unit: 'W', decimals: 0, scale: 'z', colour: 'series-2', fill: true},
                ]}
            />
        </section>
    );
}

/** Means only: two bands over each other would hide what they say. */
function together(soc: HistoryDoc | null, power: HistoryDoc | null): Table | null {
    if (!soc) return null;
    const none = {device: 'bank', index: 0, resolution: 'minute', span: 60, points: []};
    return tableOf({series: [soc.series[0] ?? none, power?.series[0] ?? none]}, 0);
}
