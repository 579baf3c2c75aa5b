// SPDX-License-Identifier: MIT
/** What is wrong, in words. */
import type {Catalogue} from '../model/catalogue';
import type {AlarmLevels} from '../model/types';

export function AlarmChip({level, children}: {level: number; children: preact.ComponentChildren}) {
    const alarm = level >= 2;
    return (
        <li class={`chip ${alarm ? 'is-alarm' : 'is-warning'}`}>
            <span class="chip-mark" aria-hidden="true">{alarm ? '■' : '▲'}</span>
            {alarm ? 'Alarm: ' : 'Warning: '}
            {children}
        </li>
    );
}

/** The worst first; nothing at all where nothing is wrong. */
export function AlarmChips({alarms, catalogue}: {alarms: AlarmLevels; catalogue: Catalogue}) {
    const rows = Object.entries(alarms).sort(([, a], [, b]) => b - a);
    if (rows.length === 0) return null;
    return (
        <ul class="chips">
            {rows.map(([name, level]) => <AlarmChip key={name} level={level}>{catalogue.alarm(name)}</AlarmChip>)}
        </ul>
    );
}
