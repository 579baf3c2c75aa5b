// SPDX-License-Identifier: MIT
/** The theme's colours for what is drawn on a canvas. */
const cache = new Map<string, string>();

export function colour(name: string): string {
    let value = cache.get(name);
    if (value === undefined) {
        value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
        cache.set(name, value);
    }
    return value;
}

const listeners = new Set<() => void>();

/** `changed` is called when the page turns light or dark. */
export function onTheme(changed: () => void): () => void {
    listeners.add(changed);
    return () => void listeners.delete(changed);
}

function told(): void {
    cache.clear();
    for (const listener of listeners) listener();
}

export type Theme = 'auto' | 'light' | 'dark';
const key = 'packwire.theme';

export function theme(): Theme {
    const chosen = document.documentElement.dataset['theme'];
    return chosen === 'light' || chosen === 'dark' ? chosen : 'auto';
}

export function setTheme(chosen: Theme): void {
    const root = document.documentElement;
    if (chosen === 'auto') delete root.dataset['theme'];
    else root.dataset['theme'] = chosen;
    try {
        if (chosen === 'auto') localStorage.removeItem(key);
        else localStorage.setItem(key, chosen);
    } catch {
        // Storage that is switched off: the choice lasts as long as the page.
    }
    told();
}

/** Once, at the start: the system may change its mind at sunset. */
export function watchSystemTheme(): void {
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', told);
}

/** Of the n-th series; with more series than colours the dashes differ. */
export function seriesColour(n: number): string {
    return colour(`series-${(n % 8) + 1}`);
}
export function seriesDash(n: number): number[] {
    return [[], [7, 4], [2, 3], [10, 3, 2, 3]][Math.floor(n / 8) % 4]!;
}
