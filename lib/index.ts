export * from './profile-store';
export * from './profiled-function';
export * from './profiling';
export * from './profiling-options';
