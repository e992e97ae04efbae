"""A provider for tests: what it does with a resource is written in the resource's own inputs.

Run as a plugin: the engine's address is its argument, its port its first line. Every call is a line of JSON in the file
SCRIPTED_LOG. Inputs with a meaning:

    bad       check refuses the resource, with this reason
    force     a change replaces the resource
    dbr       the resource is deleted before its replacement is made
    quiet     diff says DIFF_UNKNOWN
    create, update, delete
              what happens then: `fail`, `die`, `partial` (each also `slowly`, as in `fail slowly`), or a number of
              seconds that it takes

What a read finds stands in the file SCRIPTED_CLOUD, by name: `null` for what is gone, or an object with

    id        another id
    inputs, outputs
              what differs from what the engine knows, null for what is not there any more
    silent    nothing is said of the inputs
    unwell    reasons why the resource exists and is not well
    fail      why it cannot be read
    seconds   that it takes

Whatever the file leaves out is as the engine knows it. Without such a file everything is found but the id `gone`.
"""

# ruff: noqa: N802, T201 - gRPC's own names, and the protocol's first line

import json
import os
import sys
import threading
import time
from concurrent import futures
from pathlib import Path

import grpc
from google.protobuf import any_pb2, empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def plain(struct):
    return json_format.MessageToDict(struct)


def packed(values):
    struct = struct_pb2.Struct()
    struct.update(values)
    return struct


def merged(known, found, key):
    struct = struct_pb2.Struct()
    struct.CopyFrom(known)
    for name, value in found.get(key, {}).items():
        struct.fields.pop(name, None)
        if value is not None:
            struct.update({name: value})
    return struct


def abort_unwell(context, id_, inputs, outputs, reasons):
    detail = any_pb2.Any()
    detail.Pack(provider_pb2.ErrorResourceInitFailed(id=id_, inputs=inputs, properties=outputs, reasons=reasons))
    status = status_pb2.Status(code=2, message=reasons[0], details=[detail])
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(grpc.StatusCode.UNKNOWN, reasons[0])


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    def __init__(self):
        self.accept_secrets = os.environ.get("SCRIPTED_SECRETS") == "1"
        self.config = {}

    def log(self, call, **fields):
        path = os.environ.get("SCRIPTED_LOG")
        if path:
            with Path(path).open("a") as file:
                file.write(json.dumps({"call": call, "at": time.time(), "pid": os.getpid(), **fields}) + "\n")

    def Attach(self, request, context):
        return empty_pb2.Empty()

    def GetPluginInfo(self, request, context):
        return plugin_pb2.PluginInfo(version="1.0.0")

    def CheckConfig(self, request, context):
        self.log("CheckConfig", urn=request.urn, news=plain(request.news))
        # A provider need not repeat its version: the engine keeps it.
        request.news.fields.pop("version", None)
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request, context):
        old, new = plain(request.old_inputs), plain(request.news)
        replaces = ["account"] if old.get("account") != new.get("account") else []
        changes = provider_pb2.DiffResponse.DIFF_SOME if old != new else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(changes=changes, replaces=replaces)

    def Configure(self, request, context):
        self.config = plain(request.args)
        self.log("Configure", variables=dict(request.variables))
        if self.config.get("refuse"):
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, self.config["refuse"])
        return provider_pb2.ConfigureResponse(supportsPreview=True, acceptSecrets=self.accept_secrets)

    def Check(self, request, context):
        new = plain(request.news)
        self.log("Check", urn=request.urn, olds=plain(request.olds), news=new, seed=len(request.randomSeed))
        if new.get("bad"):
            failure = provider_pb2.CheckFailure(property="bad", reason=new["bad"])
            return provider_pb2.CheckResponse(inputs=request.news, failures=[failure])
        request.news.update({"tag": new.get("tag", "default")})
        return provider_pb2.CheckResponse(inputs=request.news)

    def Diff(self, request, context):
        old, new = plain(request.old_inputs), plain(request.news)
        self.log("Diff", urn=request.urn, old=old, new=new, ignored=list(request.ignoreChanges))
        if new.get("quiet"):
            return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_UNKNOWN)
        ignored = ("create", "update", "delete")
        changed = sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key) and key not in ignored)
        detailed = {}
        for key in changed:
            kind = 0 if key not in old else 2 if key not in new else 4
            detailed[key] = provider_pb2.PropertyDiff(kind=kind + (key == "force"), inputDiff=True)
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE,
            replaces=[key for key in changed if key == "force"],
            diffs=changed,
            detailedDiff=detailed,
            hasDetailedDiff=True,
            deleteBeforeReplace=bool(new.get("dbr")),
        )

    def act(self, what, inputs, context, id_, name):
        order = inputs.get(what)
        if isinstance(order, str) and order.endswith(" slowly"):
            time.sleep(0.5)
            order = order.removesuffix(" slowly")
        if order == "fail":
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"{what} of {name} was told to fail")
        if order == "die":
            os._exit(3)
        if order == "partial":
            abort_unwell(context, id_, None, packed({**inputs, "half": True}), ["it never came up"])
        if isinstance(order, float):
            time.sleep(order)

    def outputs(self, inputs, name, *, preview):
        struct = struct_pb2.Struct()
        struct.CopyFrom(inputs)
        struct.update({"computed": UNKNOWN if preview else f"computed of {name}"})
        return struct

    def Create(self, request, context):
        inputs = plain(request.properties)
        id_ = f"{request.name}-{inputs.get('force', 0)}"
        self.log("Create", urn=request.urn, preview=request.preview, inputs=inputs, timeout=request.timeout)
        if request.preview:
            return provider_pb2.CreateResponse(properties=self.outputs(request.properties, request.name, preview=True))
        self.act("create", inputs, context, id_, request.name)
        self.log("Created", urn=request.urn)
        return provider_pb2.CreateResponse(
            id=id_, properties=self.outputs(request.properties, request.name, preview=False)
        )

    def Update(self, request, context):
        inputs = plain(request.news)
        self.log("Update", urn=request.urn, preview=request.preview, old=plain(request.old_inputs), new=inputs)
        if not request.preview:
            self.act("update", inputs, context, request.id, request.name)
        return provider_pb2.UpdateResponse(properties=self.outputs(request.news, request.name, preview=False))

    def Delete(self, request, context):
        inputs = plain(request.old_inputs)
        self.log("Delete", urn=request.urn, id=request.id)
        self.act("delete", inputs, context, request.id, request.name)
        self.log("Deleted", urn=request.urn, id=request.id)
        return empty_pb2.Empty()

    def Read(self, request, context):
        known, inputs = plain(request.properties), plain(request.inputs)
        self.log("Read", urn=request.urn, id=request.id, known=known, inputs=inputs, timeout=request.timeout)
        if "SCRIPTED_CLOUD" in os.environ:
            cloud = json.loads(Path(os.environ["SCRIPTED_CLOUD"]).read_text())
            return self.look(cloud.get(request.name, {}), request, context)
        if request.id == "gone":
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(id=request.id, properties=packed({"found": request.id}))

    def look(self, found, request, context):
        if found is None:
            return provider_pb2.ReadResponse()
        time.sleep(found.get("seconds", 0))
        if found.get("fail"):
            context.abort(grpc.StatusCode.UNKNOWN, found["fail"])
        inputs, outputs = merged(request.inputs, found, "inputs"), merged(request.properties, found, "outputs")
        id_ = found.get("id", request.id)
        self.log("Looked", urn=request.urn)
        if found.get("unwell"):
            abort_unwell(context, id_, inputs, outputs, found["unwell"])
        return provider_pb2.ReadResponse(id=id_, properties=outputs, inputs=None if found.get("silent") else inputs)

    def Invoke(self, request, context):
        arguments = plain(request.args)
        self.log("Invoke", tok=request.tok, arguments=arguments)
        if arguments.get("fail"):
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "told to fail")
        response = provider_pb2.InvokeResponse()
        getattr(response, "return").CopyFrom(packed({"echo": arguments.get("say", "")}))
        return response

    def Cancel(self, request, context):
        self.log("Cancel")
        return empty_pb2.Empty()


def end_with_parent():
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(1)


def main():
    threading.Thread(target=end_with_parent, daemon=True).start()
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=32))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(), server)
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    server.start()
    server.wait_for_termination()


if __name__ == "__main__":
    sys.exit(main())
