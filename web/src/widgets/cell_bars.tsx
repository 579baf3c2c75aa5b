// SPDX-License-Identifier: MIT
/** The cells of one pack, large, with their numbers. Columns on a wide screen, rows on a narrow one (style/pack.css). */
import {useRef} from 'preact/hooks';

import type {Catalogue} from '../model/catalogue';
import {extremes, level, median, oddCells, present, steadyScale, ticks, type Cells, type Extremes, type Scale} from '../model/cells';
import {digits} from '../model/format';
import type {PackLine} from '../model/types';
import {list, masked} from '../model/values';

export function CellBars({pack, catalogue}: {pack: PackLine; catalogue: Catalogue}) {
    const cells = list(pack.values, 'cell_voltage');
    const last = useRef<Scale | null>(null);
    const scale = (last.current = steadyScale(last.current, cells));
    const ends = extremes(cells);
    if (!scale || !ends) return <p class="quiet-note">Cell voltages are not known.</p>;
    const odd = oddCells(cells);
    const balancing = masked(pack.values, 'cell_balancing');
    const decimals = catalogue.metric('cell_voltage').decimals;
    return (
        <div class={`cells${pack.freshness === 'fresh' ? '' : ' is-old'}`}>
            <Ends cells={cells} ends={ends} decimals={decimals} />
            <div class="cell-chart">
                <Lines scale={scale} cells={cells} />
                <ol class="cell-bars" style={{'--count': cells.length}}>
                    {cells.map((value, i) => (
                        <Cell key={i} at={i} value={value} scale={scale} decimals={decimals} ends={ends}
                            odd={odd.has(i)} balancing={balancing.has(i)} />
                    ))}
                </ol>
            </div>
        </div>
    );
}

function Ends({cells, ends, decimals}: {cells: Cells; ends: Extremes; decimals: number}) {
    const known = present(cells);
    const volts = (value: number) => `${digits(value, decimals)} V`;
    return (
        <dl class="figures">
            <div><dt>Highest</dt><dd>{volts(ends.max)} <small>C{ends.maxAt + 1}</small></dd></div>
            <div><dt>Lowest</dt><dd>{volts(ends.min)} <small>C{ends.minAt + 1}</small></dd></div>
            <div><dt>Spread</dt><dd data-test="spread">{volts(ends.max - ends.min)}</dd></div>
            <div><dt>Median</dt><dd>{volts(median(known))}</dd></div>
        </dl>
    );
}

/** The scale, and the median as a dashed line. They repeat what the numbers say. */
function Lines({scale, cells}: {scale: Scale; cells: Cells}) {
    return (
        <div class="cell-lines" aria-hidden="true">
            {ticks(scale).map((tick) => (
                <span key={tick} class="cell-tick" style={{'--at': level(scale, tick)}}><b>{digits(tick, 3)}</b></span>
            ))}
            <span class="cell-tick is-median" style={{'--at': level(scale, median(present(cells)))}} />
        </div>
    );
}

interface One {
    at: number;
    value: number | null;
    scale: Scale;
    decimals: number;
    ends: Extremes;
    odd: boolean;
    balancing: boolean;
}

function Cell({at, value, scale, decimals, ends, odd, balancing}: One) {
    const spread = ends.min < ends.max;
    const mark = spread && at === ends.maxAt ? 'max' : spread && at === ends.minAt ? 'min' : '';
    const part = value === null ? 0 : level(scale, value);
    return (
        <li class={`cell${mark && ` is-${mark}`}${odd ? ' is-odd' : ''}`}>
            <span class="cell-name">C{at + 1}</span>
            <span class="cell-track" aria-hidden="true"><i style={{'--level': part}} /></span>
            <span class="cell-value">{digits(value, decimals)}</span>
            <span class="cell-marks">
                {mark === 'max' && <em><span aria-hidden="true">▲</span> high</em>}
                {mark === 'min' && <em><span aria-hidden="true">▼</span> low</em>}
                {odd && <em class="odd"><span aria-hidden="true">◆</span> odd</em>}
                {balancing && <em class="balance"><span aria-hidden="true">○</span> bal</em>}
            </span>
        </li>
    );
}

/** For a heading: how many cells are out of line. */
export function oddWords(pack: PackLine): string {
    const odd = [...oddCells(list(pack.values, 'cell_voltage'))];
    if (odd.length === 0) return '';
    return `${odd.map((cell) => `C${cell + 1}`).join(', ')} ${odd.length === 1 ? 'is' : 'are'} out of line with the others`;
}
