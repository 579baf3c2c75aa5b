// SPDX-License-Identifier: MIT
/** What each quantity is called, its unit and digits, as the daemon says it: the page has no list of its own. */
import {quantity, sentence, words} from './format';
import type {CatalogueDoc, Metric} from './types';

export class Catalogue {
    private readonly byName: Map<string, Metric>;
    private readonly alarmLabels: Map<string, string>;

    constructor(readonly doc: CatalogueDoc) {
        this.byName = new Map(doc.metrics.map((metric) => [metric.name, metric]));
        this.alarmLabels = new Map(doc.alarms.map((alarm) => [alarm.name, alarm.label]));
    }

    static readonly empty = new Catalogue({metrics: [], alarms: [], event_kinds: [], resolutions: []});

    get known(): boolean {
        return this.doc.metrics.length > 0;
    }

    /** A quantity that an older or newer daemon does not have still has a readable name. */
    metric(name: string): Metric {
        return (
            this.byName.get(name) ?? {
                name, label: sentence(name), unit: '', decimals: 2, kind: 'measurement', scope: 'both', repeats: false,
            }
        );
    }

    has(name: string): boolean {
        return this.byName.has(name);
    }

    label(name: string): string {
        return this.metric(name).label;
    }

    format(name: string, value: number | null | undefined): string {
        return quantity(value, this.metric(name));
    }

    alarm(name: string): string {
        return this.alarmLabels.get(name) ?? words(name);
    }

    /** What has a history: numbers that change. */
    recorded(scope: 'pack' | 'bank'): Metric[] {
        return this.doc.metrics.filter(
            (metric) =>
                (metric.kind === 'measurement' || metric.kind === 'total') &&
                (metric.scope === scope || metric.scope === 'both'),
        );
    }

    ofKind(kind: Metric['kind'], scope: 'pack' | 'bank'): Metric[] {
        return this.doc.metrics.filter(
            (metric) => metric.kind === kind && (metric.scope === scope || metric.scope === 'both'),
        );
    }
}
