// SPDX-License-Identifier: MIT
/** Begins. */
import {render} from 'preact';

import {App} from './app';
import {ask} from './api';
import {StoreContext} from './live/hooks';
import {Live, liveUrl} from './live/socket';
import {Store} from './live/store';
import {Catalogue} from './model/catalogue';
import type {CatalogueDoc} from './model/types';
import {watchSystemTheme} from './widgets/colours';

const store = new Store();

/** Asked until it answers: everything has a name only by it. */
async function learn(): Promise<void> {
    try {
        store.catalogue = new Catalogue(await ask<CatalogueDoc>('api/v1/metrics'));
        store.touch('catalogue');
    } catch {
        setTimeout(() => void learn(), 3000);
    }
}

watchSystemTheme();
new Live(store, liveUrl(location)).start();
void learn();

const place = document.getElementById('app')!;
place.textContent = '';
render(<StoreContext.Provider value={store}><App /></StoreContext.Provider>, place);
