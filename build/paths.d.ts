export const ROOT: string;
export const OUT: string;
