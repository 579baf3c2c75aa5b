// SPDX-License-Identifier: MIT
/** Where one is: `#/pack/ID?…`. The hash keeps what was chosen, so that a view can be sent to somebody. */
import {useEffect, useState} from 'preact/hooks';

export interface Route {
    view: string;
    /** What follows the view: the pack's id. */
    id: string;
    query: URLSearchParams;
}

export function parseRoute(hash: string): Route {
    const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
    const [view = '', id = ''] = path.split('/');
    return {view: view || 'overview', id: safeDecode(id), query: new URLSearchParams(query)};
}

function safeDecode(text: string): string {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}

export function hrefOf(view: string, id = '', query?: Record<string, string | string[]>): string {
    const parameters = new URLSearchParams();
    for (const [key, value] of Object.entries(query ?? {})) {
        for (const one of Array.isArray(value) ? value : [value]) parameters.append(key, one);
    }
    const tail = parameters.toString();
    return `#/${view === 'overview' ? '' : view}${id ? `/${encodeURIComponent(id)}` : ''}${tail ? `?${tail}` : ''}`;
}

export function useRoute(): Route {
    const [hash, setHash] = useState(location.hash);
    useEffect(() => {
        const changed = () => setHash(location.hash);
        addEventListener('hashchange', changed);
        return () => removeEventListener('hashchange', changed);
    }, []);
    return parseRoute(hash);
}

/** Without a new entry in the browser's history: choices within a view are no places to go back to. */
export function replaceRoute(href: string): void {
    history.replaceState(null, '', href);
    dispatchEvent(new HashChangeEvent('hashchange'));
}
