import { type AgentToolOptions, agentTool, type RequestSchema } from '../../runtime/tools/agent-tool.ts';
import type { ConfirmationProvider } from '../../runtime/tools/confirmation.ts';
import type { ToolDefinition, ToolSchema } from '../../runtime/tools/tool-definition.ts';
import type { ToolMiddleware } from '../../runtime/tools/tool-middleware.ts';
import type { BackgroundPolicy } from '../../runtime/tools/tool-policy.ts';
import type { BeforeToolResponse, OnToolCall, ToolLimits } from '../../runtime/tools/tool-runner-options.ts';
import type { Tool } from '../../wire/index.ts';
import { TurnSettings } from './turn-settings.ts';

/** What the model may do, and what stands around it. */
export abstract class ToolSettingsBuilder extends TurnSettings {
  /** Adds a tool made by `tool()`. */
  tool(tool: ToolDefinition): this {
    return this.append('tools', tool);
  }

  /** Adds tools: made by `tool()`, or raw declarations. */
  tools(...tools: ReadonlyArray<ToolDefinition | Tool>): this {
    return this.append('tools', ...tools);
  }

  /** Adds a raw declaration: a built-in, or functions that the application answers with `handle.sendToolResponse`. */
  addTool(declaration: Tool): this {
    return this.append('tools', declaration);
  }

  /** Adds another agent as a tool; it sees the session's state. */
  agentTool<In extends ToolSchema = RequestSchema>(options: AgentToolOptions<In>): this {
    return this.tool(agentTool(options));
  }

  /** The model may search the web. */
  googleSearch(): this {
    return this.addTool({ googleSearch: {} });
  }

  /** The model may run code of its own, on the server. */
  codeExecution(): this {
    return this.addTool({ codeExecution: {} });
  }

  /** The model may read pages whose addresses come up. */
  urlContext(): this {
    return this.addTool({ urlContext: {} });
  }

  /** Runs a tool in the background: acknowledged at once, answered when done, with scheduling and format of the policy. */
  toolBackground(name: string, policy: true | BackgroundPolicy = true): this {
    return this.merge('toolSettings', {
      background: { ...this.options.toolSettings?.background, [name]: policy },
    });
  }

  /** Asked before a tool whose policy says `confirm` runs. */
  confirmationProvider(provider: ConfirmationProvider): this {
    return this.merge('toolSettings', { confirmationProvider: provider });
  }

  /** Stands around every tool, inside what was added before. */
  middleware(middleware: ToolMiddleware): this {
    return this.merge('toolSettings', {
      middleware: [...(this.options.toolSettings?.middleware ?? []), middleware],
    });
  }

  /** Answers some or all calls of a batch in the place of the tools. */
  onToolCall(override: OnToolCall): this {
    return this.merge('toolSettings', { onToolCall: override });
  }

  /** Looks at responses before they are sent, and may change what they say. */
  beforeToolResponse(hook: BeforeToolResponse): this {
    return this.merge('toolSettings', { beforeToolResponse: hook });
  }

  /** Bounds of the tools; those that are not named keep their defaults. */
  toolLimits(limits: ToolLimits): this {
    return this.merge('toolSettings', { limits: { ...this.options.toolSettings?.limits, ...limits } });
  }

  /** Inline tools that take longer cue a filler. */
  fillerAfter(durationMs: number): this {
    return this.merge('toolSettings', { fillerAfterMs: durationMs });
  }
}
