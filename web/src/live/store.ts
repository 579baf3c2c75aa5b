// SPDX-License-Identifier: MIT
/**
 * The newest of everything, and who wants to know. Messages only take note; listeners are told at most once an animation
 * frame, however many messages came: drawing never falls behind the line.
 */
import {Catalogue} from '../model/catalogue';
import type {BankLine, BatteryEvent, LiveMessage, PackLine} from '../model/types';

export type Topic = 'bank' | 'packs' | 'connection' | 'catalogue' | 'event' | `pack:${string}`;

export interface Connection {
    state: 'connecting' | 'open' | 'lost';
    /** performance.now() of the last message; null before the first. */
    heard: number | null;
}

type Frame = (callback: () => void) => void;

export class Store {
    bank: BankLine | null = null;
    readonly packs = new Map<string, PackLine>();
    readonly recent: BatteryEvent[] = [];
    connection: Connection = {state: 'connecting', heard: null};
    catalogue = Catalogue.empty;
    site = '';
    version = '';

    private readonly listeners = new Map<Topic, Set<() => void>>();
    private readonly changed = new Set<Topic>();
    private waiting = false;
    /** Server's clock minus ours, in ms: ages are of the daemon's clock, whatever the viewer's says. */
    private offset = 0;

    constructor(private readonly frame: Frame = (callback) => void requestAnimationFrame(callback)) {}

    now(): number {
        return Date.now() + this.offset;
    }

    subscribe(topic: Topic, listener: () => void): () => void {
        const set = this.listeners.get(topic) ?? new Set();
        this.listeners.set(topic, set.add(listener));
        return () => set.delete(listener);
    }

    touch(topic: Topic): void {
        this.changed.add(topic);
        if (this.waiting) return;
        this.waiting = true;
        this.frame(() => this.flush());
    }

    private flush(): void {
        this.waiting = false;
        const topics = [...this.changed];
        this.changed.clear();
        for (const topic of topics) {
            for (const listener of [...(this.listeners.get(topic) ?? [])]) listener();
        }
    }

    take(message: LiveMessage): void {
        this.connection.heard = performance.now();
        switch (message.type) {
            case 'hello':
                this.site = message.site;
                this.version = message.version;
                this.setClock(message.time);
                this.touch('connection');
                break;
            case 'time':
                this.setClock(message.time);
                break;
            case 'pack':
                this.takePack(message);
                break;
            case 'bank':
                this.takeBank(message);
                break;
            case 'event':
                this.recent.unshift(message);
                this.recent.length = Math.min(this.recent.length, 100);
                this.touch('event');
                break;
        }
    }

    takePack(line: PackLine): void {
        const before = this.packs.get(line.id);
        this.packs.set(line.id, before ? withOldValues(line, before) : line);
        if (!before || before.freshness !== line.freshness) this.touch('packs');
        this.touch(`pack:${line.id}`);
    }

    takeBank(line: BankLine): void {
        const members = (bank: BankLine | null) => bank?.members?.map((member) => member.id).join();
        if (members(this.bank) !== members(line)) this.touch('packs');
        this.bank = line;
        this.touch('bank');
    }

    setConnection(state: Connection['state']): void {
        if (this.connection.state === state) return;
        this.connection = {...this.connection, state};
        this.touch('connection');
    }

    /** Members of the bank in their order, which is what its words (P1, P2 …) count by; then all others by id. */
    order(): string[] {
        const members = (this.bank?.members ?? []).map((member) => member.id).filter((id) => this.packs.has(id));
        const others = [...this.packs.keys()].filter((id) => !members.includes(id)).sort();
        return [...members, ...others];
    }

    /** "P2", as the bank's words have it; empty with one pack, which needs no name. */
    nickname(id: string): string {
        const members = this.bank?.members ?? [];
        const place = members.findIndex((member) => member.id === id);
        return place >= 0 && members.length > 1 ? `P${place + 1}` : '';
    }

    private setClock(time: string): void {
        const server = Date.parse(time);
        if (Number.isFinite(server)) this.offset = server - Date.now();
    }
}

/**
 * A stale pack's line has no measurements any more. The last ones stay visible, greyed and with their age, until it is
 * lost; then they are forgotten.
 */
export function withOldValues(line: PackLine, before: PackLine): PackLine {
    if (line.freshness !== 'stale') return line;
    return {...line, values: {...before.values, ...line.values}};
}
