"""What other teams would do with a deployment, by boto3 and the documents alone.

    python foreign_client.py COMMAND < request.json > answer.json

Credentials come from the environment, or from `credentials` in the request.
"""

import json
import socket
import sys

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session

REGION = "us-east-1"


def loopback_names() -> None:
    """Names below `localhost` are this machine (RFC 6761, 6.3), whatever the resolver knows."""
    resolve = socket.getaddrinfo

    def getaddrinfo(host, *rest, **options):
        name = host.decode() if isinstance(host, bytes) else host
        return resolve("127.0.0.1" if str(name).endswith(".localhost") else name, *rest, **options)

    socket.getaddrinfo = getaddrinfo


def client(service: str, request: dict):
    keys = request.get("credentials") or {}
    return boto3.client(
        service,
        region_name=REGION,
        aws_access_key_id=keys.get("accessKeyId"),
        aws_secret_access_key=keys.get("secretAccessKey"),
    )


def create_caller(request: dict) -> dict:
    """An IAM user that may do what `allow` lists, and nothing else."""
    iam = client("iam", request)
    name = request["name"]
    iam.create_user(UserName=name)
    if request["allow"]:
        statements = [
            {"Effect": "Allow", "Action": action, "Resource": resource}
            for action, resource in request["allow"]
        ]
        document = {"Version": "2012-10-17", "Statement": statements}
        iam.put_user_policy(
            UserName=name, PolicyName="allowed", PolicyDocument=json.dumps(document)
        )
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {"accessKeyId": key["AccessKeyId"], "secretAccessKey": key["SecretAccessKey"]}


def remove_caller(request: dict) -> dict:
    iam = client("iam", request)
    name = request["name"]
    for key in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    for policy in iam.list_user_policies(UserName=name)["PolicyNames"]:
        iam.delete_user_policy(UserName=name, PolicyName=policy)
    iam.delete_user(UserName=name)
    return {}


def mend_secret_references(request: dict) -> dict:
    """Makes policies name a secret by its ARN, as they do on AWS, where `Ref` of a secret is its ARN.

    MiniStack's `Ref` is the secret's name, and its policy evaluation (rightly) finds no ARN in that.
    """
    iam = client("iam", request)
    name = request["secretId"]
    arn = client("secretsmanager", request).describe_secret(SecretId=name)["ARN"]
    mended = 0
    for page in iam.get_paginator("list_roles").paginate():
        for role in (role["RoleName"] for role in page["Roles"] if request["word"] in role["RoleName"]):
            for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
                found = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
                text = json.dumps(found)
                if f'"{name}"' in text:
                    document = text.replace(f'"{name}"', f'"{arn}"')
                    iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=document)
                    mended += 1
    return {"mended": mended}


def store_keys(request: dict) -> dict:
    """Replaces the placeholders in the secret; the pepper that the deployment made stays."""
    secrets = client("secretsmanager", request)
    name = request["secretId"]
    value = json.loads(secrets.get_secret_value(SecretId=name)["SecretString"])
    value["apiKeys"] = {"default": request["apiKey"]}
    value["webhookSigningKeys"] = [request["signingKey"]]
    secrets.put_secret_value(SecretId=name, SecretString=json.dumps(value))
    return {"pepperLength": len(value["recipientPepper"])}


def run_schedule(request: dict) -> dict:
    """Runs a function as its schedule would, without waiting for the hour."""
    functions = client("lambda", request)
    pages = functions.get_paginator("list_functions").paginate()
    names = [item["FunctionName"] for page in pages for item in page["Functions"]]
    (name,) = [name for name in names if request["word"] in name and request["function"] in name]
    answer = functions.invoke(FunctionName=name, Payload=json.dumps(request["event"]).encode())
    return {"error": answer.get("FunctionError"), "answer": answer["Payload"].read().decode()}


def enqueue(request: dict) -> dict:
    """Puts a campaign on the queue as `docs/contract.md` describes it."""
    sqs = client("sqs", request)
    people = request["recipients"]
    size = request["batchSize"]
    batches = [people[start : start + size] for start in range(0, len(people), size)]
    for number, recipients in enumerate(batches, request.get("firstBatch", 1)):
        body = {
            "version": 1,
            "accountId": request["accountId"],
            "campaignId": request["campaignId"],
            "batchId": f"{number:06d}",
            "domain": "mg.example.com",
            "message": {
                "from": "Acme <news@mg.example.com>",
                "subject": "Hi %recipient.first%",
                "text": "Dear %recipient.first%, unsubscribe: %unsubscribe_url%",
                "html": '<p>Dear %recipient.first%, <a href="https://shop.example.com/">shop</a>'
                ' or <a href="%unsubscribe_url%">unsubscribe</a></p>',
                "tracking": {"opens": True, "clicks": True},
            },
            "recipients": [
                {"email": email, "variables": {"first": f"Reader {number}.{place}"}}
                for place, email in enumerate(recipients)
            ],
        }
        sqs.send_message(
            QueueUrl=request["queueUrl"],
            MessageBody=json.dumps(body),
            MessageGroupId=request["accountId"],
        )
    return {"batches": len(batches)}


def send_text(request: dict) -> dict:
    sqs = client("sqs", request)
    sqs.send_message(QueueUrl=request["queueUrl"], MessageBody=request["text"])
    return {}


def receive(request: dict) -> dict:
    """Takes what is on a queue, if anything comes within the wait."""
    sqs = client("sqs", request)
    messages = sqs.receive_message(
        QueueUrl=request["queueUrl"],
        WaitTimeSeconds=request["waitSeconds"],
        MaxNumberOfMessages=10,
        MessageAttributeNames=["All"],
    ).get("Messages", [])
    for message in messages:
        sqs.delete_message(QueueUrl=request["queueUrl"], ReceiptHandle=message["ReceiptHandle"])
    return {
        "messages": [
            {
                "body": message["Body"],
                "attributes": {
                    name: attribute.get("StringValue")
                    for name, attribute in message.get("MessageAttributes", {}).items()
                },
            }
            for message in messages
        ]
    }


def call(request: dict) -> dict:
    """One HTTP call; signed for API Gateway where there are credentials."""
    body = request.get("body")
    signed = AWSRequest(
        method=request["method"],
        url=request["url"],
        data=None if body is None else json.dumps(body),
        headers={"content-type": "application/json"},
    )
    keys = request.get("credentials")
    if keys is not None:
        credentials = Credentials(keys["accessKeyId"], keys["secretAccessKey"])
        SigV4Auth(credentials, "execute-api", REGION).add_auth(signed)
    # Certificates are checked against AWS_CA_BUNDLE, as boto3 does.
    session = URLLib3Session(verify=request["caBundle"])
    answer = session.send(signed.prepare())
    text = answer.content.decode()
    try:
        return {"status": answer.status_code, "body": json.loads(text)}
    except ValueError:
        return {"status": answer.status_code, "body": text}


def create_stack(request: dict) -> dict:
    """Creates a stack from its template alone, as in an account that was bootstrapped."""
    version = "/cdk-bootstrap/hnb659fds/version"
    client("ssm", request).put_parameter(Name=version, Value="30", Type="String", Overwrite=True)
    formation = client("cloudformation", request)
    formation.create_stack(StackName=request["name"], TemplateBody=request["template"])
    stack = formation.describe_stacks(StackName=request["name"])["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
    return {"status": stack["StackStatus"], "outputs": outputs}


def remains(request: dict) -> dict:
    """Everything whose name holds a word, by service."""
    word = request["word"]

    def names(service: str, operation: str, items: str, name: str) -> list:
        pages = client(service, request).get_paginator(operation).paginate()
        found = [item if name == "" else item[name] for page in pages for item in page.get(items, [])]
        return sorted(found_name for found_name in found if word in found_name.lower())

    stacks = client("cloudformation", request).get_paginator("describe_stacks").paginate()
    apis = client("apigatewayv2", request).get_apis()["Items"]
    buckets = client("s3", request).list_buckets()["Buckets"]
    return {
        "stacks": sorted(
            stack["StackName"]
            for page in stacks
            for stack in page["Stacks"]
            if word in stack["StackName"] and stack["StackStatus"] != "DELETE_COMPLETE"
        ),
        "functions": names("lambda", "list_functions", "Functions", "FunctionName"),
        "mappings": names(
            "lambda", "list_event_source_mappings", "EventSourceMappings", "EventSourceArn"
        ),
        "queues": names("sqs", "list_queues", "QueueUrls", ""),
        "tables": names("dynamodb", "list_tables", "TableNames", ""),
        "topics": names("sns", "list_topics", "Topics", "TopicArn"),
        "rules": names("events", "list_rules", "Rules", "Name"),
        "roles": names("iam", "list_roles", "Roles", "RoleName"),
        "logGroups": names("logs", "describe_log_groups", "logGroups", "logGroupName"),
        "secrets": names("secretsmanager", "list_secrets", "SecretList", "Name"),
        "apis": sorted(api["Name"] for api in apis if word in api["Name"]),
        "buckets": sorted(bucket["Name"] for bucket in buckets if word in bucket["Name"]),
    }


def logs(request: dict) -> list:
    """What the functions have logged, in the order in which they did."""
    client_ = client("logs", request)
    events = []
    for page in client_.get_paginator("describe_log_groups").paginate():
        for group in (group["logGroupName"] for group in page["logGroups"]):
            if request["word"] in group.lower():
                pages = client_.get_paginator("filter_log_events").paginate(logGroupName=group)
                events += [(event["timestamp"], event["message"]) for page in pages for event in page["events"]]
    return [message for _, message in sorted(events)]


COMMANDS = {
    "create-caller": create_caller,
    "remove-caller": remove_caller,
    "mend-secret-references": mend_secret_references,
    "store-keys": store_keys,
    "run-schedule": run_schedule,
    "enqueue": enqueue,
    "send-text": send_text,
    "receive": receive,
    "call": call,
    "create-stack": create_stack,
    "remains": remains,
    "logs": logs,
}

if __name__ == "__main__":
    loopback_names()
    json.dump(COMMANDS[sys.argv[1]](json.load(sys.stdin)), sys.stdout)
