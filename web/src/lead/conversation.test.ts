import { describe, expect, it } from 'vitest';
import type { Shape } from '../api/types';
import { conversationOf } from './conversation';

const report = (id: string, received_at: string) => ({ id, received_at }) as Shape<'ReportView'>;
const said = (id: string, made_at: string, report_id: string | null = null) =>
  ({ id, made_at, report_id }) as Shape<'FeedbackView'>;

describe('the conversation with a person', () => {
  it('is one line of time, newest first, with words inside the reports they are on', () => {
    const turns = conversationOf(
      [report('r1', '2026-11-20T01:00:00Z'), report('r2', '2026-11-22T01:00:00Z')],
      [
        said('later', '2026-11-23T02:00:00Z', 'r1'),
        said('first', '2026-11-20T02:00:00Z', 'r1'),
        said('month', '2026-11-21T02:00:00Z'),
      ],
    );
    expect(turns.map((turn) => turn.key)).toEqual(['r2', 'month', 'r1']);
    const oldest = turns[2];
    expect(oldest?.kind === 'report' && oldest.said.map((each) => each.id)).toEqual([
      'first',
      'later',
    ]);
  });

  it('shows a word on a report that is not shown as a word of its own', () => {
    const turns = conversationOf([], [said('w', '2026-11-21T02:00:00Z', 'gone')]);
    expect(turns).toMatchObject([{ key: 'w', kind: 'word' }]);
  });
});
