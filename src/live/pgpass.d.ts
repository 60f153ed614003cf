/** The package has no types of its own. */
declare module 'pgpass' {
  interface Place {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly user: string;
  }
  function lookUp(place: Place, found: (password: string | undefined) => void): void;
  export = lookUp;
}
