// SPDX-License-Identifier: MIT
/** What uPlot needs to know; the only file that touches it, and a bundle of its own. */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

import {digits} from '../model/format';
import {isolatedOf, type Table, type Window} from '../model/history';
import {colour, onTheme, seriesColour, seriesDash} from './colours';

export interface ChartSeries {
    label: string;
    unit: string;
    decimals: number;
    /** Which scale it is measured on: 'y' left, 'z' right. */
    scale?: 'y' | 'z';
    /** A name of a colour; otherwise by its place. */
    colour?: string;
    fill?: boolean;
}

export interface ChartOptions {
    table: Table | null;
    series: ChartSeries[];
    window: Window;
    height: number;
    old?: boolean;
    /** Fixed ends of the left scale, where the quantity has natural ones. */
    range?: [number, number];
    /** Dragging across the chart chose this. */
    onZoom?: (window: Window) => void;
    /** The series that stands out; null: all the same. */
    focus?: number | null;
    /** What the pointer is at: index into the table's times, null when it left. */
    onPoint?: (index: number | null) => void;
}

export class TimeChart {
    private plot: uPlot | null = null;
    private shape = '';
    private readonly resize: ResizeObserver;
    private readonly endTheme: () => void;

    constructor(
        private readonly place: HTMLElement,
        private readonly options: () => ChartOptions,
    ) {
        this.resize = new ResizeObserver(() => this.fit());
        this.resize.observe(place);
        this.endTheme = onTheme(() => this.rebuild());
    }

    /** All others fade: among sixteen lines one is found. */
    emphasise(series: number | null): void {
        const column = series === null ? null : this.options().table?.shapes[series]?.column;
        this.plot?.setSeries(column === null || column === undefined ? null : column + 1, {focus: true});
    }

    update(): void {
        const options = this.options();
        if (!options.table) return;
        const shape = JSON.stringify([options.series, options.table.shapes, options.range, options.height]);
        if (!this.plot || shape !== this.shape) {
            this.shape = shape;
            this.rebuild();
            return;
        }
        this.plot.setData(dataOf(options.table), false);
        this.show(options.window);
    }

    destroy(): void {
        this.resize.disconnect();
        this.endTheme();
        this.plot?.destroy();
    }

    private rebuild(): void {
        const options = this.options();
        if (!options.table) return;
        this.plot?.destroy();
        this.plot = new uPlot(this.optionsOf(options, options.table), dataOf(options.table), this.place);
        this.show(options.window);
    }

    private show(window: Window): void {
        this.plot?.batch(() => {
            this.plot!.setScale('x', {min: window.from, max: window.to});
        });
    }

    private fit(): void {
        const width = this.place.clientWidth;
        if (this.plot && width > 0 && width !== this.plot.width) {
            this.plot.setSize({width, height: this.options().height});
        }
    }

    private optionsOf(options: ChartOptions, table: Table): uPlot.Options {
        const right = options.series.some((series) => series.scale === 'z');
        return {
            width: this.place.clientWidth || 300,
            height: options.height,
            legend: {show: false},
            focus: {alpha: 0.18},
            padding: [10, right ? 4 : 12, 0, 4],
            cursor: {
                drag: {x: options.onZoom !== undefined, y: false, setScale: false},
                points: {size: 7},
                y: false,
            },
            scales: {
                x: {time: true},
                y: {range: (_, min, max) => options.range ?? padded(min, max)},
                ...(right ? {z: {range: (_: uPlot, min: number, max: number) => aroundZero(min, max)}} : {}),
            },
            axes: axesOf(options, right),
            series: [{}, ...seriesOf(options, table)],
            bands: bandsOf(table),
            hooks: {
                setSelect: [(plot) => this.selected(plot)],
                setCursor: [(plot) => this.options().onPoint?.(plot.cursor.idx ?? null)],
            },
        };
    }

    private selected(plot: uPlot): void {
        const {left, width} = plot.select;
        if (width < 4) return;
        const window = {from: plot.posToVal(left, 'x'), to: plot.posToVal(left + width, 'x')};
        plot.setSelect({left: 0, top: 0, width: 0, height: 0}, false);
        this.options().onZoom?.(window);
    }
}

function dataOf(table: Table): uPlot.AlignedData {
    return [table.times, ...table.columns] as uPlot.AlignedData;
}

/** A quantity that stands still must not fill its chart with noise, and an empty chart still has a scale. */
function padded(min: number | null, max: number | null): uPlot.Range.MinMax {
    if (min === null || max === null) return [0, 1];
    const least = Math.max(Math.abs(max) * 0.002, 1e-3);
    const air = Math.max((max - min) * 0.08, least);
    return [min >= 0 ? Math.max(0, min - air) : min - air, max + air];
}

function aroundZero(min: number | null, max: number | null): uPlot.Range.MinMax {
    const size = Math.max(Math.abs(min ?? 0), Math.abs(max ?? 0), 10) * 1.1;
    return [-size, size];
}

function axesOf(options: ChartOptions, right: boolean): uPlot.Axis[] {
    const look = {
        stroke: colour('ink-3'),
        grid: {stroke: colour('grid'), width: 1},
        ticks: {stroke: colour('grid'), width: 1, size: 4},
        font: '11px system-ui, sans-serif',
    };
    const side = (scale: 'y' | 'z'): uPlot.Axis => {
        const series = options.series.find((one) => (one.scale ?? 'y') === scale);
        return {
            ...look,
            scale,
            size: axisSize,
            values: (_, ticks, _axis, _space, step) => ticks.map((tick) => label(tick, step, series?.unit ?? '')),
            ...(scale === 'z' ? {side: 1, grid: {show: false}} : {}),
        };
    };
    return [{...look, space: 64, size: 42}, side('y'), ...(right ? [side('z')] : [])];
}

function axisSize(_: uPlot, values: string[] | null): number {
    return 18 + 6.4 * Math.max(3, ...(values ?? []).map((text) => text.length));
}

function label(tick: number, step: number, unit: string): string {
    const decimals = Math.max(0, Math.min(4, -Math.floor(Math.log10(step) + 1e-9)));
    return `${digits(tick, decimals)} ${unit}`.trim();
}

function seriesOf(options: ChartOptions, table: Table): uPlot.Series[] {
    return table.shapes.flatMap((shape, i) => {
        const series = options.series[i];
        const stroke = series?.colour ? colour(series.colour) : seriesColour(i);
        const scale = series?.scale ?? 'y';
        const line: uPlot.Series = {
            scale, stroke, width: 1.6, dash: seriesDash(i), label: series?.label ?? '',
            points: {show: true, size: 5, fill: stroke, filter: (plot, n) => isolatedOf(plot.data[n] as (number | null)[])},
            ...(series?.fill ? {fill: `${stroke}26`, fillTo: 0} : {}),
        };
        const edge: uPlot.Series = {scale, stroke: 'transparent', width: 0, points: {show: false}};
        return shape.band ? [line, edge, edge] : [line];
    });
}

/** uPlot's first column is the times: all others are one further. */
function bandsOf(table: Table): uPlot.Band[] {
    return table.shapes.flatMap((shape, i) =>
        shape.band ? [{series: [shape.column + 3, shape.column + 2] as [number, number], fill: `${seriesColour(i)}2e`}] : [],
    );
}
