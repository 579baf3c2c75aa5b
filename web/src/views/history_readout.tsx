// SPDX-License-Identifier: MIT
/** The chart in numbers: what each series held, and what it is at the pointer. */
import {digits} from '../model/format';
import {summaryOf, type Table} from '../model/history';
import type {HistoryDoc, Metric, Series} from '../model/types';
import {seriesColour} from '../widgets/colours';

export interface Named {
    name: string;
    series: Series;
}

interface Props {
    doc: HistoryDoc;
    table: Table;
    named: Named[];
    metric: Metric;
    point: number | null;
    /** The row under the pointer: its line stands out. */
    onRow: (series: number | null) => void;
}

/** uPlot's own index may lie in a gap of one series: then that one has nothing to say. */
function at(table: Table, series: number, point: number | null): number | null {
    if (point === null) return null;
    return table.columns[table.shapes[series]?.column ?? -1]?.[point] ?? null;
}

function when(table: Table, point: number | null): string {
    const time = point === null ? undefined : table.times[point];
    if (time === undefined) return 'Pointer';
    return new Date(time * 1000).toLocaleString(undefined, {month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit'});
}

export function Readout({doc, table, named, metric, point, onRow}: Props) {
    const decimals = metric.unit === 's' ? 0 : doc.decimals;
    const cell = (value: number | null | undefined) => digits(value, decimals);
    return (
        <div class="table-scroll" tabIndex={0} role="region" aria-label="Numbers of the chart">
            <table class="readout">
                <thead>
                    <tr>
                        <th scope="col">{metric.label}{doc.unit && `, ${doc.unit}`}</th>
                        <th scope="col" class="n">Lowest</th><th scope="col" class="n">Mean</th><th scope="col" class="n">Highest</th>
                        <th scope="col" class="n">Last</th><th scope="col" class="n pointer">{when(table, point)}</th>
                    </tr>
                </thead>
                <tbody>
                    {named.map(({name, series}, i) => {
                        const sum = summaryOf(series);
                        return (
                            <tr key={`${series.device} ${series.index}`} onMouseEnter={() => onRow(i)} onMouseLeave={() => onRow(null)}>
                                <th scope="row"><span class="swatch" style={{background: seriesColour(i)}} aria-hidden="true" /> {name}</th>
                                <td class="n">{cell(sum?.min)}</td><td class="n">{cell(sum?.mean)}</td><td class="n">{cell(sum?.max)}</td>
                                <td class="n">{cell(sum?.last)}</td><td class="n pointer">{cell(at(table, i, point))}</td>
                            </tr>
                        );
                    })}
                </tbody>
            </table>
        </div>
    );
}
