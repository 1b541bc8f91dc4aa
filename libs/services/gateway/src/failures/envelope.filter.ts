import { Catch, HttpException, HttpStatus, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { AppError, ServiceLogger } from '@voiceassist/kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RefusedRequests } from './refused-requests.js';
import { PathTable } from '../routes/routes-of.js';
import { sendFailure } from './send-failure.js';

const isNotFound = (error: unknown) => error instanceof HttpException && error.getStatus() === Number(HttpStatus.NOT_FOUND);

/** Turns everything that is thrown on the way of a request into the public envelope. */
@Catch()
export class EnvelopeFilter implements ExceptionFilter {
  constructor(
    private readonly logger: ServiceLogger,
    private readonly paths: PathTable,
    private readonly refused: RefusedRequests,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { isBug, body } = sendFailure(isNotFound(error) ? this.refusalOf(request, reply) : error, request, reply);
    this.refused.note(error, { request, reply, outcome: body.code });
    if (isBug) this.logger.error('a request failed unexpectedly', { err: error });
  }

  private refusalOf(request: FastifyRequest, reply: FastifyReply): AppError {
    const methods = this.paths.methodsOf(request.url.split('?', 1)[0] ?? '');
    if (methods.length === 0 || methods.includes(request.method)) return new AppError('NOT_FOUND', 'not_found', 'There is nothing at this address.');
    void reply.header('allow', methods.join(', '));
    return new AppError('METHOD_NOT_ALLOWED', 'invalid', 'This address does not take that method.');
  }
}
