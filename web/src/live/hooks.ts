// SPDX-License-Identifier: MIT
/** The store in components. */
import {createContext} from 'preact';
import {useContext, useEffect, useReducer, useRef, useState} from 'preact/hooks';

import {ApiError, ask} from '../api';
import {Store, type Topic} from './store';

export const StoreContext = createContext<Store>(new Store(() => {}));

/** The store; the component is drawn again when one of `topics` changes. */
export function useStore(...topics: Topic[]): Store {
    const store = useContext(StoreContext);
    const [, redraw] = useReducer((count: number) => count + 1, 0);
    useEffect(() => {
        const ends = topics.map((topic) => store.subscribe(topic, () => redraw(undefined)));
        return () => ends.forEach((end) => end());
    }, [store, topics.join()]);
    return store;
}

const tickers = new Set<() => void>();
let timer: number | undefined;

/** `each` is called every second, together with all others, so that all ages of a page move at once. */
export function useSecond(each: () => void): void {
    const latest = useRef(each);
    latest.current = each;
    useEffect(() => {
        const call = () => latest.current();
        tickers.add(call);
        timer ??= window.setInterval(() => tickers.forEach((tick) => tick()), 1000);
        return () => {
            tickers.delete(call);
        };
    }, []);
}

export interface Asked<T> {
    data: T | null;
    error: string | null;
    busy: boolean;
}

/** What `path` answers; asked again when it changes, and every `every` ms where given. An old answer stays until the new. */
export function useAsk<T>(path: string | null, every = 0): Asked<T> & {again: () => void} {
    const [state, setState] = useState<Asked<T>>({data: null, error: null, busy: true});
    const [round, again] = useReducer((count: number) => count + 1, 0);
    useEffect(() => {
        if (path === null) return;
        const stop = new AbortController();
        setState((old) => ({...old, busy: true}));
        ask<T>(path, stop.signal).then(
            (data) => setState({data, error: null, busy: false}),
            (failure: unknown) => {
                if (stop.signal.aborted) return;
                const error = failure instanceof ApiError ? failure.message : String(failure);
                setState((old) => ({data: old.data, error, busy: false}));
            },
        );
        return () => stop.abort();
    }, [path, round]);
    useEffect(() => {
        if (every === 0) return;
        const repeat = setInterval(() => document.hidden || again(undefined), every);
        return () => clearInterval(repeat);
    }, [every]);
    return {...state, again: () => again(undefined)};
}
