// SPDX-License-Identifier: MIT
/** A pack's parameters beside those of its neighbours. */
import {useState} from 'preact/hooks';

import {useStore} from '../live/hooks';
import {rowsOf} from '../model/parameters';

export function Parameters({id}: {id: string}) {
    const store = useStore('packs', 'catalogue', 'bank');
    const [all, setAll] = useState(true);
    const ids = [id, ...store.order().filter((one) => one !== id)];
    const rows = rowsOf(store.catalogue.ofKind('setting', 'pack'), ids.map((one) => store.packs.get(one)!));
    if (rows.length === 0) return null;
    const different = rows.filter((row) => row.differs);
    const name = (one: string) => store.nickname(one) || one;
    return (
        <section class="card" aria-labelledby="parameters-head">
            <header class="section-head">
                <h2 id="parameters-head">Parameters</h2>
                <p class="scale-word">
                    {ids.length === 1 ? '' : different.length === 0 ? 'the same in all packs'
                        : `${different.length} of ${rows.length} differ between packs`}
                </p>
                {different.length > 0 && (
                    <label class="check"><input type="checkbox" checked={!all} onChange={() => setAll(!all)} /> only differences</label>
                )}
            </header>
            <div class="table-scroll" tabIndex={0} role="region" aria-label="Parameters of all packs">
                <table class="compare">
                    <thead>
                        <tr>
                            <th scope="col">Parameter</th>
                            {ids.map((one, i) => <th key={one} scope="col" class={i === 0 ? 'is-own' : ''} title={one}>{name(one)}</th>)}
                        </tr>
                    </thead>
                    <tbody>
                        {(all ? rows : different).map((row) => (
                            <tr key={row.metric.name} class={row.differs ? 'differs' : ''}>
                                <th scope="row">{row.metric.label}</th>
                                {row.values.map((value, i) => (
                                    <td key={ids[i]} class={i === 0 ? 'is-own' : ''}>
                                        {row.marked[i] && <span class="unequal" aria-hidden="true">≠ </span>}
                                        {store.catalogue.format(row.metric.name, value)}
                                        {row.marked[i] && <span class="visually-hidden"> differs</span>}
                                    </td>
                                ))}
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
        </section>
    );
}
