// SPDX-License-Identifier: MIT
/** The contrast of what is read, computed from the tokens themselves. WCAG 2.2: 4.5 for text, 3 for marks and lines. */
import {describe, expect, test} from 'vitest';

import tokens from '../../src/style/tokens.css?raw';

function block(selector: string): Map<string, string> {
    const begin = tokens.indexOf(`${selector} {`);
    expect(begin, `${selector} is in tokens.css`).toBeGreaterThanOrEqual(0);
    const body = tokens.slice(begin, tokens.indexOf('}', begin));
    return new Map([...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map((match) => [match[1]!, match[2]!]));
}

const light = block(':root');
const dark = block(":root[data-theme='dark']");
const darkBySystem = block(":root:not([data-theme='light'])");

function luminance(hex: string): number {
    const [r, g, b] = [1, 3, 5].map((at) => {
        const part = parseInt(hex.slice(at, at + 2), 16) / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
    const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (high! + 0.05) / (low! + 0.05);
}

const text: [string, string[]][] = [
    ['ink', ['ground', 'surface', 'sunken', 'accent-soft', 'warning-soft']],
    ['ink-2', ['ground', 'surface', 'sunken']],
    ['ink-3', ['ground', 'surface']],
    ['charge', ['surface']], ['discharge', ['surface']], ['balance', ['surface']],
    ['cell-min', ['surface']], ['cell-max', ['surface']],
    ['warning', ['ground', 'surface', 'warning-soft']],
    ['alarm', ['ground', 'surface', 'alarm-soft']],
];
const marks: [string, string[]][] = [
    ['cell-odd', ['surface']], ['focus', ['ground', 'surface', 'accent-soft']], ['accent', ['surface']], ['cell', ['surface']],
    ...Array.from({length: 8}, (_, i): [string, string[]] => [`series-${i + 1}`, ['surface']]),
];

describe.each([['light', light], ['dark', dark]])('%s', (_, colours) => {
    const pairs = (rows: [string, string[]][]) => rows.flatMap(([on, grounds]) => grounds.map((ground) => [on, ground] as const));
    test.each(pairs(text))('%s can be read on %s', (on, ground) => {
        expect(contrast(colours.get(on)!, colours.get(ground)!)).toBeGreaterThanOrEqual(4.5);
    });
    test.each(pairs(marks))('%s can be seen on %s', (on, ground) => {
        expect(contrast(colours.get(on)!, colours.get(ground)!)).toBeGreaterThanOrEqual(3);
    });
});

test('dark is dark, whether the page or the system was told so', () => {
    expect(Object.fromEntries(darkBySystem)).toEqual(Object.fromEntries(dark));
    expect([...dark.keys()].sort()).toEqual([...light.keys()].sort());
});
