// SPDX-License-Identifier: MIT
/** The frame around the views. */
import {useEffect, useRef, useState} from 'preact/hooks';

import {useSecond, useStore} from './live/hooks';
import {duration} from './model/format';
import {hrefOf, useRoute, type Route} from './route';
import {EventsView} from './views/events';
import {HistoryView} from './views/history';
import {LineView} from './views/line';
import {Overview} from './views/overview';
import {PackView} from './views/pack';
import {setTheme, theme, type Theme} from './widgets/colours';

const places: [string, string][] = [
    ['overview', 'Overview'], ['pack', 'Packs'], ['history', 'History'], ['events', 'Events'], ['line', 'Line'],
];

export function App() {
    const route = useRoute();
    const {site, connection} = useStore('connection');
    const main = useRef<HTMLElement>(null);
    const first = useRef(true);
    useEffect(() => {
        const name = places.find(([view]) => view === route.view)?.[1] ?? 'packwire';
        document.title = `${route.id || name} · packwire`;
        // A new view begins at its top, for eyes and for screen readers; the first one has not been come to from anywhere.
        if (!first.current) {
            scrollTo(0, 0);
            main.current?.focus({preventScroll: true});
        }
        first.current = false;
    }, [route.view, route.id]);
    const skip = (event: Event) => {
        event.preventDefault();
        main.current?.focus();
    };
    return (
        <div class={connection.state === 'lost' ? 'is-cut-off' : ''}>
            <a class="skip" href="#main" onClick={skip}>Skip to content</a>
            <header class="top">
                <a class="brand" href={hrefOf('overview')}>packwire{site && <span class="site"> {site}</span>}</a>
                <nav aria-label="Views">
                    {places.map(([view, name]) => (
                        <a key={view} href={hrefOf(view)} aria-current={route.view === view ? 'page' : undefined}>{name}</a>
                    ))}
                </nav>
                <ThemeButton />
            </header>
            <Banner />
            <main class="page" id="main" ref={main} tabIndex={-1}><View route={route} /></main>
            <Foot />
        </div>
    );
}

function View({route}: {route: Route}) {
    switch (route.view) {
        case 'overview': return <Overview />;
        case 'pack': return <PackView id={route.id} />;
        case 'history': return <HistoryView route={route} />;
        case 'events': return <EventsView route={route} />;
        case 'line': return <LineView />;
        default: return <p class="card">There is no such page. <a href={hrefOf('overview')}>To the overview</a></p>;
    }
}

/** Said once to screen readers, when it happens; the seconds that follow are for eyes only. */
function Banner() {
    const {connection} = useStore('connection');
    const [, tick] = useState(0);
    useSecond(() => connection.state === 'lost' && tick(Date.now()));
    const lost = connection.state === 'lost';
    const silent = connection.heard === null ? null : (performance.now() - connection.heard) / 1000;
    return (
        <div class="banner-place">
            <p class="visually-hidden" role="status">{lost ? 'The connection to packwire is lost. What you see is old.' : ''}</p>
            {lost && (
                <p class="banner" data-test="cut-off">
                    {silent === null ? <><strong>No connection to packwire.</strong> Trying again …</>
                        : <><strong>Connection to packwire lost {duration(silent)} ago:</strong> what you see is old. Trying again …</>}
                </p>
            )}
        </div>
    );
}

const names: Record<Theme, string> = {auto: 'as the system', light: 'light', dark: 'dark'};
const marks: Record<Theme, string> = {auto: '◐', light: '○', dark: '●'};
const next: Record<Theme, Theme> = {auto: 'dark', dark: 'light', light: 'auto'};

function ThemeButton() {
    const [chosen, choose] = useState<Theme>(theme());
    const turn = () => {
        setTheme(next[chosen]);
        choose(next[chosen]);
    };
    const label = `Colours: ${names[chosen]}. Change to ${names[next[chosen]]}`;
    return (
        <button class="theme" type="button" onClick={turn} aria-label={label} title={label}>
            <span aria-hidden="true">{marks[chosen]}</span>
        </button>
    );
}

function Foot() {
    const {version} = useStore('connection');
    return (
        <footer class="foot">
            <p>packwire {version} · reads only, changes nothing in a pack</p>
            <p><a href="api/v1/bank">JSON</a> · <a href="metrics">Prometheus</a></p>
        </footer>
    );
}
