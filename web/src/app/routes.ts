/**
 * Every screen, one line each. A screen is the default export of its file and gets the fills of
 * its pattern as `fills`. Those without `load` come with the first file, as `main.tsx` says; all the
 * rest is loaded when opened.
 */
import type { ComponentType } from 'preact';
import type { IconName } from '../parts/icon';
import type { Key } from '../words/words';

export interface ScreenProps {
  fills: Record<string, string>;
}
export type Screen = ComponentType<ScreenProps>;

export interface Entry {
  label: Key;
  icon: IconName;
  order: number;
}

export interface Route {
  path: string;
  load?: () => Promise<{ default: Screen }>;
  /** In the navigation at the bottom, in this order, for those whom it is for. */
  nav?: Entry;
  /** In the list of `/more`, in this order. */
  more?: Entry;
  /** `lead`: whoever heads a unit or holds a role. Everybody else is staff. */
  whom?: 'staff' | 'lead';
  /** Says what supervisors' screens say though others may open it, or what is seldom said. */
  words?: 'lead' | 'seldom';
  /** In the list of `/more` only of those who mentor somebody. */
  forMentors?: boolean;
  /** May be as wide as the window. */
  broad?: boolean;
  /** Shown without being signed in. */
  open?: boolean;
}

export const ROUTES: readonly Route[] = [
  { path: '/sign-in', open: true },
  { path: '/activate', load: () => import('./activation'), open: true },
  {
    path: '/more',
    load: () => import('./more'),
    nav: { label: 'nav.more', icon: 'more', order: 9 },
  },
  {
    path: '/today',
    nav: { label: 'nav.today', icon: 'today', order: 1 },
    whom: 'staff',
  },
  {
    path: '/report',
    nav: { label: 'nav.report', icon: 'report', order: 2 },
    whom: 'staff',
  },
  {
    path: '/inbox',
    load: () => import('../staff/inbox'),
    nav: { label: 'nav.inbox', icon: 'inbox', order: 5 },
  },
  { path: '/feedback', load: () => import('../staff/feedback') },
  {
    path: '/feed',
    load: () => import('../lead/feed'),
    nav: { label: 'nav.feed', icon: 'feed', order: 1 },
    whom: 'lead',
    broad: true,
  },
  {
    path: '/board',
    load: () => import('../lead/board'),
    nav: { label: 'nav.board', icon: 'board', order: 2 },
    whom: 'lead',
  },
  {
    path: '/waiting',
    load: () => import('../lead/waiting'),
    nav: { label: 'nav.waiting', icon: 'approve', order: 3 },
    whom: 'lead',
  },
  { path: '/people/:id', load: () => import('../lead/person'), words: 'lead' },
  {
    path: '/rollup',
    load: () => import('../lead/rollup'),
    more: { label: 'lead.rollup', icon: 'target', order: 1 },
    whom: 'lead',
  },
  { path: '/rollup/:id', load: () => import('../lead/rollup'), whom: 'lead' },
  {
    path: '/lead/appraisals',
    load: () => import('../lead/appraisals'),
    more: { label: 'lead.appraisals', icon: 'paper', order: 2 },
    whom: 'lead',
  },
  {
    path: '/lead/appraisals/:id',
    load: () => import('../lead/appraisal'),
    whom: 'lead',
    broad: true,
  },
  {
    path: '/verdicts',
    load: () => import('../lead/verdicts'),
    more: { label: 'lead.verdicts', icon: 'people', order: 3 },
    whom: 'lead',
  },
  {
    path: '/outbox',
    load: () => import('../staff/outbox'),
    nav: { label: 'nav.outbox', icon: 'outbox', order: 3 },
    whom: 'staff',
  },
  { path: '/reports/:id', load: () => import('../staff/report_page') },
  {
    path: '/month',
    load: () => import('../staff/month'),
    words: 'seldom',
    more: { label: 'more.month', icon: 'board', order: 20 },
  },
  { path: '/targets/:id', load: () => import('../staff/target'), words: 'seldom' },
  {
    path: '/agreement',
    load: () => import('../staff/agreement'),
    words: 'seldom',
    more: { label: 'more.agreement', icon: 'target', order: 21 },
  },
  {
    path: '/appraisals',
    load: () => import('../staff/appraisals'),
    words: 'seldom',
    more: { label: 'more.appraisals', icon: 'paper', order: 22 },
  },
  { path: '/appraisals/:id', load: () => import('../staff/appraisal'), words: 'seldom' },
  {
    path: '/mentees',
    load: () => import('../staff/mentees'),
    words: 'seldom',
    more: { label: 'more.mentor', icon: 'people', order: 19 },
    forMentors: true,
  },
  { path: '/mentees/:id', load: () => import('../staff/report_for'), words: 'seldom' },
  {
    path: '/lessons',
    load: () => import('../staff/lessons'),
    words: 'seldom',
    more: { label: 'more.lessons', icon: 'book', order: 23 },
  },
  {
    path: '/first-week',
    load: () => import('../staff/first_week'),
    words: 'seldom',
    more: { label: 'more.first_week', icon: 'today', order: 24 },
  },
  {
    path: '/settings',
    load: () => import('../staff/look'),
    words: 'seldom',
    more: { label: 'more.settings', icon: 'settings', order: 30 },
  },
  {
    path: '/settings/notices',
    load: () => import('../staff/notices'),
    words: 'seldom',
    more: { label: 'more.notices', icon: 'bell', order: 31 },
  },
  {
    path: '/settings/devices',
    load: () => import('../staff/devices'),
    words: 'seldom',
    more: { label: 'more.devices', icon: 'lock', order: 32 },
  },
  {
    path: '/settings/views',
    load: () => import('../staff/views'),
    words: 'seldom',
    more: { label: 'more.views', icon: 'eye', order: 33 },
  },
];
