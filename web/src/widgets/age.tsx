// SPDX-License-Identifier: MIT
/** How old something is, ticking. */
import {useContext, useLayoutEffect, useRef} from 'preact/hooks';

import {StoreContext, useSecond} from '../live/hooks';
import {age, clock} from '../model/format';
import type {PackLine} from '../model/types';

/** "12 s ago", moved on by itself each second without drawing anything else anew. */
export function Age({since}: {since: string | null}) {
    const store = useContext(StoreContext);
    const place = useRef<HTMLTimeElement>(null);
    const at = since === null ? NaN : Date.parse(since);
    const write = () => {
        const text = Number.isNaN(at) ? 'never' : age((store.now() - at) / 1000);
        if (place.current && place.current.textContent !== text) place.current.textContent = text;
    };
    useSecond(write);
    useLayoutEffect(write);
    const exact = Number.isNaN(at) ? '' : new Date(at).toLocaleString();
    return <time ref={place} dateTime={since ?? ''} title={exact} />;
}

/** A moment in the viewer's own time. */
export function Moment({at}: {at: string}) {
    const store = useContext(StoreContext);
    const date = new Date(at);
    return <time dateTime={at} title={date.toLocaleString()}>{clock(date, new Date(store.now()))}</time>;
}

/** How much a pack's values can be believed, in words; colour only repeats it. */
export function Freshness({pack}: {pack: PackLine}) {
    if (pack.freshness === 'fresh') {
        return <span class="freshness is-fresh"><i class="dot" aria-hidden="true" /><Age since={pack.last_good} /></span>;
    }
    if (pack.freshness === 'stale') {
        return <span class="freshness is-stale">stale · last heard <Age since={pack.last_good} /></span>;
    }
    return (
        <span class="freshness is-lost">
            {pack.last_good ? <>lost since <Moment at={pack.last_good} /></> : 'lost'}
        </span>
    );
}
