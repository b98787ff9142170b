//! What the service answers to each request of the protocol. It keeps nothing: who asks, and of
//! which service, comes with the request.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock};

use futures_util::FutureExt;
use hyper::http::request::Parts;
use rmcp::ServerHandler;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, CustomRequest, CustomResult,
    ErrorCode, ErrorData, GetPromptRequestParams, GetPromptResponse, Implementation,
    ListPromptsResult, ListResourcesResult, ListToolsResult, PaginatedRequestParams,
    ReadResourceRequestParams, ReadResourceResponse, ServerCapabilities, ServerConfig, Tool,
    ToolAnnotations,
};
use rmcp::service::{RequestContext, RoleServer};
use serde_json::Value;

use super::tools::{self, Refusal};
use super::{Caller, prompts, resources};
use crate::api::strict_json::nearest;
use crate::api::tool;
use crate::http::problem::Problem;

/// The methods whose parameters can be wrong: rmcp takes such a request for one that it does not
/// know.
const METHODS: [&str; 5] =
    ["initialize", "tools/call", "resources/read", "prompts/get", "completion/complete"];

static TOOLS: LazyLock<Vec<Tool>> = LazyLock::new(|| tool::tools().map(described).collect());

/// Answers requests.
pub struct Handler;

impl ServerHandler for Handler {
    fn get_info(&self) -> ServerConfig {
        let capabilities =
            ServerCapabilities::builder().enable_tools().enable_resources().enable_prompts();
        let server = Implementation::new("smart-customer", env!("CARGO_PKG_VERSION"))
            .with_title("Smart Customer")
            .with_description(env!("CARGO_PKG_DESCRIPTION"));
        ServerConfig::new(capabilities.build())
            .with_server_info(server)
            .with_instructions(tool::INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        page: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        guarded(&context, || {
            only_page(page.as_ref())?;
            Ok(ListToolsResult::with_all_items(TOOLS.clone()))
        })
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let caller = caller(&context)?;
        let row = tool::named(&request.name).ok_or_else(|| unknown_tool(&request.name))?;
        // It can be set once only, and is: a request calls one tool.
        let _ = caller.called.set(row.id);
        let call = tools::call(&caller, row.id, request.arguments.unwrap_or_default());
        let called = tokio::select! {
            biased;
            () = context.ct.cancelled() => {
                return Err(ErrorData::internal_error("nobody waits for the answer any more", None));
            }
            // A panic is a fault of ours in this one call.
            called = AssertUnwindSafe(call).catch_unwind() => called,
        };
        match called.unwrap_or_else(|_| Err(Refusal::Problem(Problem::internal("a tool panicked"))))
        {
            Ok(answer) => Ok(CallToolResult::structured(answer).into()),
            Err(Refusal::Problem(problem)) => Ok(refused(&caller, &problem).into()),
            Err(Refusal::NoSuchTool) => Err(unknown_tool(&request.name)),
        }
    }

    async fn list_resources(
        &self,
        page: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        guarded(&context, || {
            only_page(page.as_ref())?;
            Ok(ListResourcesResult::with_all_items(resources::list()))
        })
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        guarded(&context, || resources::read(&request.uri).map(ReadResourceResponse::from))
    }

    async fn list_prompts(
        &self,
        page: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        guarded(&context, || {
            only_page(page.as_ref())?;
            Ok(ListPromptsResult::with_all_items(prompts::list()))
        })
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let given = request.arguments.unwrap_or_default();
        guarded(&context, || prompts::get(&request.name, &given).map(GetPromptResponse::from))
    }

    async fn on_custom_request(
        &self,
        request: CustomRequest,
        _: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        if METHODS.contains(&request.method.as_str()) {
            let message = format!("the params of {} are not those it has", request.method);
            return Err(ErrorData::invalid_params(message, None));
        }
        Err(ErrorData::new(ErrorCode::METHOD_NOT_FOUND, request.method, None))
    }
}

/// Who makes the request.
fn caller(context: &RequestContext<RoleServer>) -> Result<Arc<Caller>, ErrorData> {
    let parts = context.extensions.get::<Parts>();
    let caller = parts.and_then(|parts| parts.extensions.get::<Arc<Caller>>()).cloned();
    caller.ok_or_else(internal)
}

/// What `work` makes of a request. A panic in it is a fault of ours in this one request, of which
/// rmcp would never tell the client.
fn guarded<T>(
    context: &RequestContext<RoleServer>,
    work: impl FnOnce() -> Result<T, ErrorData>,
) -> Result<T, ErrorData> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let caller = caller(context)?;
        tracing::error!(id = caller.request_id, cause = "a request panicked", "a request failed");
        Err(internal())
    })
}

fn internal() -> ErrorData {
    let message = "the service could not do this; its log has the cause under the request id";
    ErrorData::internal_error(message, None)
}

/// There is nothing so long that it has a second page.
fn only_page(page: Option<&PaginatedRequestParams>) -> Result<(), ErrorData> {
    match page.and_then(|page| page.cursor.as_ref()) {
        None => Ok(()),
        Some(_) => Err(ErrorData::invalid_params("cursor: there is one page only", None)),
    }
}

fn unknown_tool(name: &str) -> ErrorData {
    let nearest = nearest(name, &tool::names());
    ErrorData::invalid_params(format!("unknown tool; the nearest known one is {nearest}"), None)
}

/// What was not done, as the problem that HTTP would answer.
fn refused(caller: &Caller, problem: &Problem) -> CallToolResult {
    if let Some(cause) = &problem.cause {
        tracing::error!(id = caller.request_id, cause, "a request failed");
    }
    caller.service.meter.refused(problem.kind);
    // What was just written can be read.
    let json = serde_json::from_slice(&problem.to_json(&caller.request_id));
    CallToolResult::structured_error(json.unwrap_or(Value::Null))
}

fn described(tool: tool::Tool) -> Tool {
    let hints = ToolAnnotations::with_title(tool.title)
        .read_only(tool.effects.read_only)
        .destructive(tool.effects.destructive)
        .idempotent(tool.effects.idempotent)
        .open_world(false);
    Tool::new(tool.name, tool.description, tool.input)
        .with_title(tool.title)
        .with_raw_output_schema(Arc::new(tool.output))
        .with_annotations(hints)
}
