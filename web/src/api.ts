// SPDX-License-Identifier: MIT
/** Questions to the daemon. */

export class ApiError extends Error {
    constructor(
        message: string,
        readonly status: number,
    ) {
        super(message);
    }
}

/** Errors: ApiError with the daemon's own line, or one that says that it did not answer. */
export async function ask<T>(path: string, signal?: AbortSignal): Promise<T> {
    let response: Response;
    try {
        response = await fetch(path, {headers: {accept: 'application/json'}, ...(signal ? {signal} : {})});
    } catch (failure) {
        if (signal?.aborted) throw failure;
        throw new ApiError('packwire does not answer', 0);
    }
    const body: unknown = await response.json().catch(() => null);
    if (!response.ok) throw new ApiError(messageOf(body) ?? `packwire answered ${response.status}`, response.status);
    return body as T;
}

function messageOf(body: unknown): string | null {
    const error = (body as {error?: {message?: unknown}} | null)?.error;
    return typeof error?.message === 'string' ? error.message : null;
}
