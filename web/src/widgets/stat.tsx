// SPDX-License-Identifier: MIT
/** One quantity with its name, as the catalogue has it. */
import type {ComponentChildren} from 'preact';

import type {Catalogue} from '../model/catalogue';
import {number} from '../model/values';
import type {Values} from '../model/types';

export function Stat({label, children, note}: {label: string; children: ComponentChildren; note?: ComponentChildren}) {
    return (
        <div class="stat">
            <dt>{label}</dt>
            <dd>{children}</dd>
            {note !== undefined && <dd class="note">{note}</dd>}
        </div>
    );
}

/** Absent where there is no such value, so that a pack which does not measure something has no empty place for it. */
export function MetricStat(props: {catalogue: Catalogue; values: Values; name: string; label?: string; always?: boolean}) {
    const value = number(props.values, props.name);
    if (value === null && !props.always) return null;
    return <Stat label={props.label ?? props.catalogue.label(props.name)}>{props.catalogue.format(props.name, value)}</Stat>;
}

/** A thin bar; `part` from 0 to 1. What it says is beside it in words, so it is not read out. */
export function Meter({part, tone}: {part: number | null; tone: string}) {
    return (
        <div class={`meter tone-${tone}`} aria-hidden="true">
            <i style={{transform: `scaleX(${Math.min(1, Math.max(0, part ?? 0))})`}} />
        </div>
    );
}
