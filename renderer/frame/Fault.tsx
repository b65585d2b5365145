import { Component, type ErrorInfo, type ReactNode } from 'react';
import { Button } from '../ui/controls/Button.tsx';
import { EmptyState } from '../ui/feedback/Feedback.tsx';

/** A place that fails to draw says so and leaves the rest of the window working. */
export class Fault extends Component<{ children: ReactNode }, { fault: string | null }> {
  override state = { fault: null };

  static getDerivedStateFromError(error: unknown): { fault: string } {
    return { fault: error instanceof Error ? error.message : String(error) };
  }

  override componentDidCatch(error: unknown, { componentStack }: ErrorInfo): void {
    console.error(error, componentStack);
  }

  override render(): ReactNode {
    if (this.state.fault === null) return this.props.children;
    return (
      <main style={{ display: 'grid', height: '100%' }} aria-label="Problem">
        <EmptyState
          title="This view could not be drawn"
          actions={<Button onClick={() => this.setState({ fault: null })}>Try again</Button>}
        >
          Photos, results and credits are not affected. {this.state.fault}
        </EmptyState>
      </main>
    );
  }
}
