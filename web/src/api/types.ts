/** Short names for the shapes of the contract, generated from the published OpenAPI. */
import type { components } from './schema';

export type Shapes = components['schemas'];
export type Shape<Name extends keyof Shapes> = Shapes[Name];
export type Me = Shape<'Me'>;
export type Employee = Shape<'Employee'>;
export type SignedIn = Shape<'SignedIn'>;
export type Tokens = Shape<'Tokens'>;
export type Problem = Shape<'Problem'>;
