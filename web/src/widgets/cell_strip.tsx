// SPDX-License-Identifier: MIT
/** The cells of a pack as small bars on a canvas: cheap enough to draw fifteen packs with each reading. */
import {memo} from 'preact/compat';
import {useEffect, useLayoutEffect, useRef} from 'preact/hooks';

import {extremes, level, type Cells, type Scale} from '../model/cells';
import {digits} from '../model/format';
import {colour, onTheme} from './colours';

interface Strip {
    values: Cells;
    scale: Scale | null;
    balancing: Set<number>;
    odd: Set<number>;
    old: boolean;
}

const height = 58;
const foot = 11;
const head = 9;

export function CellStrip(strip: Strip) {
    const canvas = useRef<HTMLCanvasElement>(null);
    const drawn = useRef(strip);
    drawn.current = strip;
    const draw = () => canvas.current && paint(canvas.current, drawn.current);
    useLayoutEffect(() => void draw());
    useEffect(() => {
        const resize = new ResizeObserver(draw);
        resize.observe(canvas.current!);
        const end = onTheme(draw);
        return () => {
            resize.disconnect();
            end();
        };
    }, []);
    return <canvas ref={canvas} class="cell-strip" role="img" aria-label={spoken(strip)} />;
}

function spoken({values, balancing, odd}: Strip): string {
    const ends = extremes(values);
    if (!ends) return 'cell voltages are not known';
    const parts = [
        `${values.length} cells from ${digits(ends.min, 3)} to ${digits(ends.max, 3)} volts`,
        `lowest cell ${ends.minAt + 1}, highest cell ${ends.maxAt + 1}`,
    ];
    if (balancing.size > 0) parts.push(`balancing ${names(balancing)}`);
    if (odd.size > 0) parts.push(`out of line ${names(odd)}`);
    return parts.join(', ');
}

function names(cells: Set<number>): string {
    return [...cells].map((cell) => cell + 1).join(', ');
}

/** A canvas as sharp as the screen; its context in CSS pixels. */
function prepared(canvas: HTMLCanvasElement): {pen: CanvasRenderingContext2D; width: number} | null {
    const width = canvas.clientWidth;
    const ratio = devicePixelRatio || 1;
    const pixels = Math.round(width * ratio);
    if (canvas.width !== pixels || canvas.height !== height * ratio) {
        canvas.width = pixels;
        canvas.height = height * ratio;
    }
    const pen = canvas.getContext('2d');
    if (!pen || width === 0) return null;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    return {pen, width};
}

function paint(canvas: HTMLCanvasElement, strip: Strip): void {
    const ready = prepared(canvas);
    const {values, scale} = strip;
    if (!ready || !scale || values.length === 0) return;
    const {pen, width} = ready;
    const ends = extremes(values);
    const pitch = width / values.length;
    const bar = Math.max(3, Math.min(18, pitch - Math.max(2, pitch * 0.28)));
    const floor = height - foot;
    values.forEach((value, i) => {
        const middle = (i + 0.5) * pitch;
        const left = middle - bar / 2;
        pen.fillStyle = colour('sunken');
        rounded(pen, left, head, bar, floor - head);
        if (value === null) return;
        const tall = Math.max(2, level(scale, value) * (floor - head));
        const isMin = ends?.minAt === i && ends.min < ends.max;
        const isMax = ends?.maxAt === i && ends.min < ends.max;
        const odd = strip.odd.has(i);
        pen.fillStyle = colour(strip.old ? 'faded' : odd ? 'cell-odd' : 'cell');
        rounded(pen, left, floor - tall, bar, tall);
        if (isMin || isMax) triangle(pen, middle, floor + 3, isMax);
        if (strip.balancing.has(i)) ring(pen, middle);
        if (odd) diamond(pen, middle, Math.max(head + 5, floor - tall - 7));
    });
}

function rounded(pen: CanvasRenderingContext2D, x: number, y: number, width: number, tall: number): void {
    pen.beginPath();
    if (typeof pen.roundRect === 'function') pen.roundRect(x, y, width, tall, Math.min(2.5, tall / 2));
    else pen.rect(x, y, width, tall);
    pen.fill();
}

function triangle(pen: CanvasRenderingContext2D, x: number, y: number, up: boolean): void {
    const [tip, base] = up ? [y, y + 6] : [y + 6, y];
    pen.fillStyle = colour(up ? 'cell-max' : 'cell-min');
    pen.beginPath();
    pen.moveTo(x, tip);
    pen.lineTo(x - 4, base);
    pen.lineTo(x + 4, base);
    pen.fill();
}

function ring(pen: CanvasRenderingContext2D, x: number): void {
    pen.strokeStyle = colour('balance');
    pen.lineWidth = 1.6;
    pen.beginPath();
    pen.arc(x, 4, 2.6, 0, 7);
    pen.stroke();
}

function diamond(pen: CanvasRenderingContext2D, x: number, y: number): void {
    pen.fillStyle = colour('cell-odd');
    pen.beginPath();
    pen.moveTo(x, y - 4);
    pen.lineTo(x + 3.4, y);
    pen.lineTo(x, y + 4);
    pen.lineTo(x - 3.4, y);
    pen.fill();
}

/** What the marks mean, once for all strips. */
export const StripLegend = memo(function StripLegend() {
    return (
        <ul class="legend" aria-label="Marks of cells">
            <li><span class="mark up" aria-hidden="true" />highest</li>
            <li><span class="mark down" aria-hidden="true" />lowest</li>
            <li><span class="mark ring" aria-hidden="true" />balancing</li>
            <li><span class="mark diamond" aria-hidden="true" />out of line</li>
        </ul>
    );
});
