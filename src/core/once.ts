/** Work that several ask for is done once: who asks later gets the same result. Work that failed is done again. */
export type Once = <Result>(key: string, work: () => Promise<Result>) => Promise<Result>;

/** @returns A function whose equal keys must stand for equal work. */
export function onceByKey(): Once {
  const results = new Map<string, Promise<unknown>>();
  return <Result>(key: string, work: () => Promise<Result>): Promise<Result> => {
    const known = results.get(key);
    if (known !== undefined) return known as Promise<Result>;
    const result = work();
    results.set(key, result);
    result.catch(() => results.delete(key));
    return result;
  };
}
