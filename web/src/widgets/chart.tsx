// SPDX-License-Identifier: MIT
/** A chart over time. uPlot comes when the first one is wanted: the page itself is readable without it. */
import {useEffect, useRef, useState} from 'preact/hooks';

import type {Window} from '../model/history';
import type {ChartOptions, TimeChart} from './chart_uplot';

type Props = ChartOptions & {
    /** Read out instead of the picture. */
    label: string;
};

export function Chart(props: Props) {
    const place = useRef<HTMLDivElement>(null);
    const chart = useRef<TimeChart | null>(null);
    const latest = useRef(props);
    latest.current = props;
    const [ready, setReady] = useState(false);
    useEffect(() => {
        let gone = false;
        void import('./chart_uplot').then(({TimeChart}) => {
            if (gone || !place.current) return;
            chart.current = new TimeChart(place.current, () => latest.current);
            setReady(true);
        });
        return () => {
            gone = true;
            chart.current?.destroy();
            chart.current = null;
        };
    }, []);
    useEffect(() => {
        if (ready) chart.current?.update();
    }, [ready, props.table, props.series, props.window.from, props.window.to]);
    useEffect(() => {
        if (ready) chart.current?.emphasise(props.focus ?? null);
    }, [ready, props.focus]);
    return (
        <figure class={`chart${props.old ? ' is-old' : ''}`} data-ready={ready && props.table !== null}>
            <div ref={place} class="chart-place" role="img" aria-label={props.label} style={{height: `${props.height}px`}} />
        </figure>
    );
}

export type {Window};
