// SPDX-License-Identifier: MIT
/** The live connection: held, watched, and made anew with growing pauses. */
import type {LiveMessage} from '../model/types';
import type {Store} from './store';

/** The daemon says something at least every 10 s; two of these missed and the line is dead, whatever TCP believes. */
export const silenceLimit = 22_000;
const firstPause = 500;
const longestPause = 15_000;

/** The pause before attempt `n` (from 0): doubling, with a spread so that many pages do not come back at once. */
export function pauseBefore(attempt: number, random: number): number {
    return Math.min(longestPause, firstPause * 2 ** attempt) * (0.75 + 0.5 * random);
}

export function liveUrl(page: Location): string {
    const url = new URL('api/v1/live', page.href);
    url.protocol = page.protocol === 'https:' ? 'wss:' : 'ws:';
    url.hash = '';
    url.search = '';
    return url.href;
}

export class Live {
    private socket: WebSocket | null = null;
    private attempt = 0;
    private retry: number | undefined;
    private opened = 0;

    constructor(
        private readonly store: Store,
        private readonly url: string,
    ) {}

    start(): void {
        this.connect();
        setInterval(() => this.watch(), 2000);
        // Awake again, or back in a network: no reason to sit a pause out.
        addEventListener('online', () => this.hurry());
        document.addEventListener('visibilitychange', () => document.hidden || this.hurry());
    }

    private connect(): void {
        this.retry = undefined;
        const socket = new WebSocket(this.url);
        this.socket = socket;
        this.opened = performance.now();
        socket.onmessage = (event) => {
            if (this.socket === socket) this.receive(String(event.data));
        };
        socket.onclose = () => {
            if (this.socket === socket) this.closed();
        };
    }

    private receive(text: string): void {
        const message = JSON.parse(text) as LiveMessage;
        this.attempt = 0;
        this.store.setConnection('open');
        this.store.take(message);
    }

    private closed(): void {
        this.socket = null;
        this.store.setConnection('lost');
        this.retry = window.setTimeout(() => this.connect(), pauseBefore(this.attempt++, Math.random()));
    }

    private hurry(): void {
        if (this.retry === undefined) return;
        clearTimeout(this.retry);
        this.connect();
    }

    private watch(): void {
        const socket = this.socket;
        if (!socket) return;
        const last = Math.max(this.store.connection.heard ?? 0, this.opened);
        if (performance.now() - last < silenceLimit) return;
        // close() would wait for an answer that does not come.
        socket.onclose = null;
        socket.close();
        this.closed();
    }
}
