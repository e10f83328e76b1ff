// SPDX-License-Identifier: MIT
//
// Keeps a failure within the part of the page that it happened in: the part says what went wrong and can be tried again, and the rest of
// the page works on.

import { Component } from 'preact';
import type { ComponentChildren } from 'preact';

interface Props {
  /** What the part is called on the page. */
  name: string;
  children: ComponentChildren;
}

interface State {
  failure: unknown;
  failed: boolean;
}

const working: State = { failure: null, failed: false };

export class ErrorBoundary extends Component<Props, State> {
  override state = working;

  static override getDerivedStateFromError(failure: unknown): State {
    return { failure, failed: true };
  }

  override componentDidCatch(failure: unknown): void {
    console.error(`${this.props.name}:`, failure);
  }

  override render() {
    const { failure, failed } = this.state;
    const { name, children } = this.props;
    if (!failed) return children;
    return (
      <section class="panel" role="alert" aria-label={name}>
        <p>
          <strong>{name} could not be shown</strong> ({failure instanceof Error ? failure.message : String(failure)}).
          The rest of the page works.{' '}
          <button
            type="button"
            class="button small"
            onClick={() => {
              this.setState(working);
            }}
          >
            Try again
          </button>
        </p>
      </section>
    );
  }
}
