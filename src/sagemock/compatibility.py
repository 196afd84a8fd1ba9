"""Which versions of moto sagemock works with, and what it uses of the packages below it.

Much of what is used of moto, waitress and botocore is not public, and may change in any patch
release. So the tested versions are listed, and `check` names the problem when another one is
installed, before anything breaks in the middle of a test.
"""

from __future__ import annotations

import pkgutil
import re
import warnings
from collections.abc import Iterable, Iterator
from importlib.util import find_spec

from sagemock import __version__

OLDEST, NEWEST = "5.2.4", "5.2.5"
"""The oldest and newest versions of moto that were tested; the same as in pyproject.toml."""

_TASKS = (
    "moto.stepfunctions.parser.asl.component.state.exec.state_task.service"
    ".state_task_service_factory"
)

REQUIRED = {
    "moto": (
        "moto.backend_index:backend_url_patterns",
        "moto.backends:get_backend",
        "moto.cloudwatch.models:CloudWatchBackend.put_metric_data",
        "moto.cloudwatch.models:cloudwatch_backends",
        "moto.core.base_backend:BackendDict.iter_backends",
        "moto.core.base_backend:BaseBackend.reset",
        "moto.core.base_backend:backend_lock",
        "moto.core.botocore_stubber:BotocoreStubber.process_request",
        "moto.core.common_models:CloudFormationModel.cloudformation_type",
        "moto.core.config:DefaultConfig",
        "moto.core.config:default_user_config",
        "moto.core.config:passthrough_url",
        "moto.core.custom_responses_mock:CallbackResponse",
        "moto.core.exceptions:ServiceException",
        "moto.core.models:DEFAULT_ACCOUNT_ID",
        "moto.core.models:MockAWS._decorate_callable",
        "moto.core.models:MockAWS._mock_init_lock",
        "moto.core.models:MockAWS.reset",
        "moto.core.models:MockAWS.start",
        "moto.core.models:MockAWS.stop",
        "moto.core.models:botocore_stubber",
        "moto.core.models:botocore_stubber.enabled",
        "moto.core.models:responses_mock._on_request",
        "moto.core.models:responses_mock._thread_lock",
        "moto.core.models:responses_mock.add",
        "moto.core.models:responses_mock.registered",
        "moto.core.request:Request.from_primitives",
        "moto.core.resource_tagging:TaggedResource",
        "moto.core.resource_tagging:iter_taggable_backends",
        "moto.core.responses:ActionResult",
        "moto.core.responses:BaseResponse._authenticate_and_authorize_normal_action",
        "moto.core.responses:BaseResponse._get_param",
        "moto.core.responses:BaseResponse.get_access_key",
        "moto.core.responses:BaseResponse.get_current_account",
        "moto.core.responses:BaseResponse.get_region_from_url",
        "moto.core.responses:BaseResponse.setup_class",
        "moto.core.utils:camelcase_to_underscores",
        "moto.core.utils:get_equivalent_url_in_aws_domain",
        "moto.iam.models:IAMBackend.create_role",
        "moto.iam.models:IAMBackend.get_roles",
        "moto.iam.models:IAMBackend.put_role_policy",
        "moto.iam.models:iam_backends",
        "moto.iam.responses:IamResponse",
        "moto.logs.exceptions:InvalidParameterException",
        "moto.logs.exceptions:ResourceNotFoundException",
        "moto.logs.models:LogStream._send_log_events",
        "moto.logs.models:LogStream._update",
        "moto.logs.models:LogStream.get_log_events",
        "moto.logs.models:LogsBackend.ensure_log_group",
        "moto.logs.models:LogsBackend.ensure_log_stream",
        "moto.logs.models:LogsBackend.put_log_events",
        "moto.logs.models:logs_backends",
        "moto.logs.responses:LogsResponse.filter_log_events",
        "moto.logs.utils:EventMessageFilter",
        "moto.moto_api._internal.models:MotoAPIBackend.reset",
        "moto.moto_api._internal.models:moto_api_backend",
        "moto.moto_api._internal.urls:url_paths",
        "moto.moto_api:state_manager.get_transition",
        "moto.resourcegroupstaggingapi.models:ResourceGroupsTaggingAPIBackend.tag_resources",
        "moto.resourcegroupstaggingapi.models:ResourceGroupsTaggingAPIBackend.untag_resources",
        "moto.resourcegroupstaggingapi.models:iter_taggable_backends",
        "moto.s3.exceptions:S3ClientError",
        "moto.s3.models:FakeBucket.default_retention",
        "moto.s3.models:FakeBucket.has_default_lock",
        "moto.s3.models:FakeDeleteMarker",
        "moto.s3.models:S3Backend.create_bucket",
        "moto.s3.models:S3Backend.delete_object",
        "moto.s3.models:S3Backend.get_bucket",
        "moto.s3.models:S3Backend.put_object",
        "moto.s3.models:S3Backend.put_object_tagging",
        "moto.s3.models:s3_backends",
        "moto.sagemaker.exceptions:AWSValidationException",
        "moto.sagemaker.exceptions:ValidationError",
        "moto.sagemaker.models:FakeEndpoint.create_from_cloudformation_json",
        "moto.sagemaker.models:FakeEndpointConfig.create_from_cloudformation_json",
        "moto.sagemaker.models:Model.create_from_cloudformation_json",
        "moto.sagemaker.models:SageMakerModelBackend.describe_model_package",
        "moto.sagemaker.models:SageMakerModelBackend.iter_tagged_resources",
        "moto.sagemaker.models:SageMakerModelBackend.tag_resource",
        "moto.sagemaker.models:SageMakerModelBackend.untag_resource",
        "moto.sagemaker.models:sagemaker_backends",
        "moto.sagemaker.responses:SageMakerResponse.create_notebook_instance_lifecycle_config",
        "moto.sagemaker.urls:url_paths",
        "moto.sagemakermetrics.urls:url_paths",
        "moto.sagemakerruntime.models:sagemakerruntime_backends",
        "moto.sagemakerruntime.urls:url_paths",
        "moto.settings:INITIAL_NO_AUTH_ACTION_COUNT",
        "moto.sts.models:STSBackend.assume_role",
        "moto.sts.models:sts_backends",
        "moto.utilities.id_generator:moto_id_manager._lock",
        "moto.utilities.utils:get_partition",
        "moto:mock_aws",
    ),
    "moto[server]": (
        "moto.moto_server.werkzeug_app:DomainDispatcherApplication._get_body",
        "moto.moto_server.werkzeug_app:DomainDispatcherApplication.get_backend_for_host",
        "moto.moto_server.werkzeug_app:DomainDispatcherApplication.infer_service_region_host",
        "moto.moto_server.werkzeug_app:create_backend_app",
        "moto.stepfunctions.responses:get_backend",
        f"{_TASKS}:StateTaskService._SERVICE_NAME_SFN_TO_BOTO_OVERRIDES",
        f"{_TASKS}:StateTaskServiceAwsSdk._normalise_response",
        f"{_TASKS}:StateTaskServiceUnsupported._normalise_response",
    ),
    "botocore": (
        "botocore.awsrequest:AWSPreparedRequest",
        "botocore.client:BaseClient",
        "botocore.config:Config",
        "botocore.configprovider:ConfiguredEndpointProvider.provide",
        "botocore.credentials:Credentials",
        "botocore.endpoint:time",
        "botocore.exceptions:BotoCoreError",
        "botocore.exceptions:ClientError",
        "botocore.exceptions:WaiterError",
        "botocore.hooks:_PrefixTrie.prefix_search",
        "botocore.loaders:JSONFileLoader.load_file",
        "botocore.loaders:create_loader",
        "botocore.model:OperationModel",
        "botocore.model:ServiceModel",
        "botocore.model:Shape",
        "botocore.model:StructureShape",
        "botocore.parsers:ResponseParserFactory.set_parser_defaults",
        "botocore.session:ResponseParserFactory",
        "botocore.session:Session.get_component",
        "botocore.session:create_loader",
        "botocore.session:get_session",
        "botocore.utils:parse_timestamp",
        "botocore.waiter:Waiter.wait",
        "botocore.waiter:time",
    ),
    "waitress": (
        "waitress.adjustments:Adjustments",
        "waitress.channel:HTTPChannel.error_task_class",
        "waitress.channel:HTTPChannel.handle_write",
        "waitress.channel:HTTPChannel.parser_class",
        "waitress.channel:HTTPChannel.received",
        "waitress.channel:HTTPChannel.task_class",
        "waitress.parser:HTTPRequestParser.parse_header",
        "waitress.parser:HTTPRequestParser.received",
        "waitress.parser:ParsingError",
        "waitress.parser:get_header_lines",
        "waitress.server:TcpWSGIServer.channel_class",
        "waitress.task:ErrorTask.execute",
        "waitress.task:ErrorTask.write",
        "waitress.task:ThreadedTaskDispatcher",
        "waitress.task:WSGITask.build_response_header",
        "waitress.task:WSGITask.get_environment",
        "waitress.task:WSGITask.set_close_on_finish",
        "waitress.utilities:BadRequest",
        "waitress.utilities:Error.code",
        "waitress.utilities:Error.reason",
        "waitress.utilities:RequestEntityTooLarge",
        "waitress:wasyncore.close_all",
        "waitress:wasyncore.loop",
    ),
}
"""All that is used of these packages, as `module:name`.

That is what is imported, what is read of it, and the methods that a class of ours overrides. What
moto's backends keep in public attributes of their instances is not listed: the tests read it.
"""

INSTANCE_ATTRIBUTES = (
    "botocore.client:BaseClient._request_signer",
    "botocore.hooks:EventAliaser._emitter",
    "botocore.hooks:HierarchicalEmitter._handlers",
    "botocore.signers:RequestSigner._credentials",
    "botocore.waiter:Waiter._operation_method",
    "moto.s3.models:FakeKey._value_buffer",
    "tempfile:SpooledTemporaryFile._file",
    "tempfile:SpooledTemporaryFile._rolled",
    "waitress.wasyncore:dispatcher._map",
)
"""Private attributes that only instances have: no import shows whether they are there."""


class UnsupportedMoto(ImportError):
    """The installed moto is not one that sagemock works with."""


def check() -> None:
    """Compare the installed moto with the tested versions.

    Called before anything of moto is imported. Warns of a newer version.

    Raises
    ------
    UnsupportedMoto
        If the version is older, or newer and lacks what sagemock needs.
    """
    import moto

    version = moto.__version__
    if _release(version) < _release(OLDEST):
        raise UnsupportedMoto(
            f"sagemock {__version__} needs moto {OLDEST} or newer, and {version} is installed: "
            f"{_INSTALL}"
        )
    if _release(version) <= _release(NEWEST):
        return
    needed = REQUIRED["moto"] + (REQUIRED["moto[server]"] if find_spec("flask") else ())
    lacking = list(missing(needed))
    if lacking:
        raise UnsupportedMoto(
            f"sagemock {__version__} does not work with moto {version}, "
            f"which lacks {', '.join(lacking)}: {_INSTALL}"
        )
    warnings.warn(
        f"sagemock {__version__} was tested with moto {OLDEST} to {NEWEST}, and the newer "
        f"{version} is installed; if something fails: {_INSTALL}",
        stacklevel=3,
    )


_INSTALL = f"pip install 'moto>={OLDEST},<={NEWEST}'"


def missing(names: Iterable[str]) -> Iterator[str]:
    """Yield the names that do not exist; each is given as `module:name`."""
    for name in names:
        try:
            pkgutil.resolve_name(name)
        except (ImportError, AttributeError):
            yield name.replace(":", ".")


def _release(version: str) -> tuple[int, ...]:
    """The leading numbers of a version: (5, 2, 6) of 5.2.6.dev3."""
    match = re.match(r"\d+(\.\d+){0,2}", version)
    return tuple(int(part) for part in match[0].split(".")) if match else ()
