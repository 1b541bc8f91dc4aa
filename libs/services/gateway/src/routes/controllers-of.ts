import { Controller, Inject, Req, RequestMapping, RequestMethod, Res, SetMetadata, type Type } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Exchange } from './exchange.service.js';
import type { Route } from './routes-of.js';

/** Under this key the guard finds the route that a controller method serves. */
export const routeKey = 'voiceassist:route';

interface RoutesController {
  readonly exchange: Exchange;
}

function addRoute(prototype: object, route: Route): void {
  const { operation, http } = route;
  const handler = async function (this: RoutesController, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    await this.exchange.answer(route, request, reply);
  };
  Object.defineProperty(prototype, operation, { value: handler, writable: true, configurable: true });
  const descriptor = Object.getOwnPropertyDescriptor(prototype, operation) as TypedPropertyDescriptor<unknown>; // defined above
  RequestMapping({ path: http.path, method: RequestMethod[http.method] })(prototype, operation, descriptor);
  SetMetadata(routeKey, route)(prototype, operation, descriptor);
  Req()(prototype, operation, 0);
  Res()(prototype, operation, 1);
}

function controllerOf(service: string, routes: readonly Route[]): Type {
  class Routes {}
  Object.defineProperty(Routes, 'name', { value: `${service}.routes` });
  Inject(Exchange)(Routes.prototype, 'exchange');
  for (const route of routes) addRoute(Routes.prototype, route);
  Controller()(Routes);
  return Routes;
}

/** One Nest controller for each service, one method for each of its public operations. */
export function controllersOf(routes: readonly Route[]): Type[] {
  const services = new Set(routes.map(({ service }) => service));
  return [...services].map((service) => controllerOf(service, routes.filter((route) => route.service === service)));
}
